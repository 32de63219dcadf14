import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';

/** One row's feature values as two texts: the numbers packed, the categories as a JSON list. Both in feature-set order. */
export interface PackedRow {
  readonly numbers: string;
  readonly categories: string;
}

// What a byte says. Lower ones are the whole number itself: most features are small counts.
const MISSING = 251;
const SHORT = 252;
const WHOLE = 253;
const SINGLE = 254;
const DOUBLE = 255;
const MOST_BYTES_PER_NUMBER = 9;

/**
 * Packs rows so that every value comes back to the same bits: a byte for a whole number up to 250, else a byte that says what
 * follows. Base64, since a warehouse's text is no bytes.
 */
export function packRows(frame: FeatureFrame, featureNames: readonly string[]): PackedRow[] {
  const columns = featureNames.map((name) => frame.columns.get(name)!);
  const numbers = columns.flatMap((column) => (column.kind === 'number' ? [column.values] : []));
  const categories = columns.flatMap((column) => (column.kind === 'category' ? [column] : []));
  const buffer = Buffer.alloc(numbers.length * MOST_BYTES_PER_NUMBER);
  return Array.from({ length: frame.rowCount }, (_, row) => {
    let at = 0;
    for (const values of numbers) at = packNumber(buffer, at, values[row]!);
    return {
      numbers: buffer.toString('base64', 0, at),
      categories: JSON.stringify(
        categories.map(({ codes, levels }) => (codes[row]! < 0 ? null : levels[codes[row]!]!)),
      ),
    };
  });
}

/** The row as a frame of one. @throws TypeError for texts that were packed for another feature set */
export function unpackRow({ numbers, categories }: PackedRow, { features }: FeatureSet): FeatureFrame {
  const buffer = Buffer.from(numbers, 'base64');
  const levels = JSON.parse(categories) as readonly (string | null)[];
  let [at, category] = [0, 0];
  const columns = new Map<string, FeatureColumn>();
  for (const { name, type } of features) {
    if (type === 'category') {
      const level = levels[category++];
      if (level === undefined) throw unreadable();
      columns.set(name, {
        kind: 'category',
        codes: Int32Array.of(level === null ? -1 : 0),
        levels: level === null ? [] : [level],
      });
    } else {
      if (at >= buffer.length) throw unreadable();
      const [value, next] = numberAt(buffer, at);
      at = next;
      columns.set(name, { kind: 'number', values: Float64Array.of(value) });
    }
  }
  if (at !== buffer.length || category !== levels.length) throw unreadable();
  return { rowCount: 1, columns };
}

function packNumber(buffer: Buffer, at: number, value: number): number {
  // -0 has bits of its own.
  if (value >= 0 && value < MISSING && Number.isInteger(value) && !Object.is(value, -0))
    return buffer.writeUInt8(value, at);
  if (Number.isNaN(value)) return buffer.writeUInt8(MISSING, at);
  if (Number.isInteger(value) && value !== 0 && Math.abs(value) < 2 ** 31) {
    if (Math.abs(value) < 2 ** 15) return buffer.writeInt16LE(value, buffer.writeUInt8(SHORT, at));
    return buffer.writeInt32LE(value, buffer.writeUInt8(WHOLE, at));
  }
  if (Math.fround(value) === value) return buffer.writeFloatLE(value, buffer.writeUInt8(SINGLE, at));
  return buffer.writeDoubleLE(value, buffer.writeUInt8(DOUBLE, at));
}

function numberAt(buffer: Buffer, at: number): readonly [value: number, next: number] {
  const first = buffer[at]!;
  if (first < MISSING) return [first, at + 1];
  switch (first) {
    case SHORT:
      return [buffer.readInt16LE(at + 1), at + 3];
    case WHOLE:
      return [buffer.readInt32LE(at + 1), at + 5];
    case SINGLE:
      return [buffer.readFloatLE(at + 1), at + 5];
    case DOUBLE:
      return [buffer.readDoubleLE(at + 1), at + 9];
    default:
      return [Number.NaN, at + 1];
  }
}

function unreadable(): TypeError {
  return new TypeError('the kept features do not fit the feature set');
}
