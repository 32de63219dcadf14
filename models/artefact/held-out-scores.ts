import { z } from 'zod';
import { OperationFailed } from '../../features/contract/failure.ts';

/**
 * What the recipe gave its test rows by weights that never saw them: whoever is compared later can be compared on the
 * same rows. No ids; a row is its position in the snapshot or file that the version was trained from.
 */
export interface HeldOutScores {
  readonly targets: readonly string[];
  /** Positions in the data. */
  readonly rows: Int32Array;
  /** Which rows are of one account. */
  readonly groups: Int32Array;
  /** By target: 1 churned, 0 did not, NaN not known. */
  readonly labels: readonly Float64Array[];
  readonly probabilities: readonly Float64Array[];
}

export const HELD_OUT_FILE = 'held-out.bin';

const headerSchema = z.object({
  format: z.literal(1),
  rows: z.int().nonnegative(),
  targets: z.array(z.string()).min(1),
});

/** A line of JSON, then little-endian columns: rows, groups, and by target labels (a byte) and probabilities (8 bytes). */
export function heldOutToFile({ targets, rows, groups, labels, probabilities }: HeldOutScores): Buffer {
  const header = Buffer.from(`${JSON.stringify({ format: 1, rows: rows.length, targets })}\n`);
  const columns = Buffer.alloc(rows.length * (8 + 9 * targets.length));
  let at = 0;
  for (const position of rows) at = columns.writeInt32LE(position, at);
  for (const group of groups) at = columns.writeInt32LE(group, at);
  for (let target = 0; target < targets.length; target++) {
    for (const label of labels[target]!) at = columns.writeInt8(Number.isNaN(label) ? UNKNOWN : label, at);
    for (const probability of probabilities[target]!) at = columns.writeDoubleLE(probability, at);
  }
  return Buffer.concat([header, columns]);
}

/** @throws OperationFailed for a file of another shape */
export function heldOutFromFile(file: Buffer, where: string): HeldOutScores {
  const end = file.indexOf('\n');
  const header = headerSchema.safeParse(parseJson(file.subarray(0, Math.max(0, end)).toString('utf8'))).data;
  const columns = file.subarray(end + 1);
  if (header === undefined || columns.length !== header.rows * (8 + 9 * header.targets.length))
    throw new OperationFailed({
      where: `${where} ${HELD_OUT_FILE}`,
      what: 'is not what this version of churn writes',
      remedy: 'train again, or promote without comparing by --force',
    });
  let from = 0;
  /** The next column of values that are `bytes` long. */
  const column = (bytes: number, read: (at: number) => number): number[] => {
    const start = from;
    from += header.rows * bytes;
    return Array.from({ length: header.rows }, (_, row) => read(start + row * bytes));
  };
  const integers = () => Int32Array.from(column(4, (at) => columns.readInt32LE(at)));
  const [rows, groups] = [integers(), integers()];
  const labels: Float64Array[] = [];
  const probabilities: Float64Array[] = [];
  for (let target = 0; target < header.targets.length; target++) {
    labels.push(Float64Array.from(column(1, (at) => labelOf(columns.readInt8(at)))));
    probabilities.push(Float64Array.from(column(8, (at) => columns.readDoubleLE(at))));
  }
  return { targets: header.targets, rows, groups, labels, probabilities };
}

const UNKNOWN = -1;

function labelOf(byte: number): number {
  return byte === UNKNOWN ? Number.NaN : byte;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
