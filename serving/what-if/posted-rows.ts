import { readBoolean } from '../../features/contract/boolean-words.ts';
import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../../features/contract/feature-set.ts';
import type { FeatureBounds } from './feature-bounds.ts';
import { UnreadableBody } from './unreadable-body.ts';

export type PostedValue = number | string | boolean | null;

/** Feature values as they came, whichever way round. */
export interface Posted {
  readonly rowCount: number;
  /** Every column that was posted. */
  readonly names: Iterable<string>;
  /** Undefined where a row lacks the column. */
  value(name: string, row: number): PostedValue | undefined;
  /** How an error names a value. */
  place(name: string, row: number): string;
}

/** Which columns are not as the model learnt them; names in the model's order, unknown ones as posted. */
export interface ColumnNotes {
  readonly missing_columns: string[];
  readonly unknown_columns: string[];
  readonly out_of_bounds_columns: string[];
}

/** Posted values read for one feature set. */
export interface PostedRows {
  readonly rowCount: number;
  /** rows × features; NaN where the value is unknown or a text. */
  readonly numbers: Float64Array;
  /** Texts of each category by position of the feature. */
  readonly texts: ReadonlyMap<number, readonly (string | null)[]>;
  readonly notes: ColumnNotes;
}

const UNKNOWN_NAMED = 100;

/**
 * Reads posted values for a model. What is missing is scored as unknown, and said.
 *
 * @throws UnreadableBody where text stands for a number
 */
export function readPostedRows(
  posted: Posted,
  { features }: FeatureSet,
  bounds: ReadonlyMap<string, FeatureBounds>,
): PostedRows {
  const { rowCount } = posted;
  const notes: ColumnNotes = { missing_columns: [], unknown_columns: [], out_of_bounds_columns: [] };
  const numbers = new Float64Array(rowCount * features.length).fill(Number.NaN);
  const texts = new Map<number, (string | null)[]>();
  const known = new Set<string>();
  for (let feature = 0; feature < features.length; feature++) {
    const definition = features[feature]!;
    const { name } = definition;
    known.add(name);
    const range = bounds.get(name);
    let [isMissing, isOutside] = [false, false];
    const column: (string | null)[] | null = definition.type === 'category' ? [] : null;
    if (column !== null) texts.set(feature, column);
    for (let row = 0; row < rowCount; row++) {
      const value = posted.value(name, row);
      isMissing ||= value === undefined;
      const isUnknown = value === undefined || value === null || value === '';
      if (column !== null) {
        const text = isUnknown ? null : String(value);
        column.push(text);
        isOutside ||= text !== null && range?.kind === 'category' && !range.levels.has(text);
      } else if (!isUnknown) {
        const number = numberOf(definition, value, posted, row);
        numbers[row * features.length + feature] = number;
        isOutside ||= range?.kind === 'number' && (number < range.low || number > range.high);
      }
    }
    if (isMissing) notes.missing_columns.push(name);
    if (isOutside) notes.out_of_bounds_columns.push(name);
  }
  for (const name of posted.names)
    if (!known.has(name) && notes.unknown_columns.length < UNKNOWN_NAMED) notes.unknown_columns.push(name);
  return { rowCount, numbers, texts, notes };
}

function numberOf(
  { name, type }: FeatureDefinition,
  value: number | string | boolean,
  posted: Posted,
  row: number,
): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const truth = type === 'boolean' ? readBoolean(value) : undefined;
  if (truth !== undefined) return Number(truth);
  const word = value.trim();
  const number = word === '' ? Number.NaN : Number(word);
  if (Number.isFinite(number)) return number;
  throw new UnreadableBody([
    { parameter: posted.place(name, row), detail: `should be a ${type}, or null where it is unknown` },
  ]);
}

/** Rows [from, to) on the same memory. */
export function sliceRows(posted: PostedRows, from: number, to: number): PostedRows {
  const { rowCount, numbers, texts } = posted;
  const width = numbers.length / rowCount;
  return {
    ...posted,
    rowCount: to - from,
    numbers: numbers.subarray(from * width, to * width),
    texts: new Map([...texts].map(([feature, column]) => [feature, column.slice(from, to)])),
  };
}

/** The rows of several callers as one frame, one caller after the other: the form in which models see data. */
export function frameOfRows(parts: readonly PostedRows[], { features }: FeatureSet): FeatureFrame {
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0);
  const columns = new Map<string, FeatureColumn>();
  for (let feature = 0; feature < features.length; feature++) {
    const { name, type } = features[feature]!;
    columns.set(
      name,
      type === 'category'
        ? categoryColumn(parts.flatMap(({ texts }) => texts.get(feature)!))
        : { kind: 'number', values: numberColumn(parts, feature, features.length, rowCount) },
    );
  }
  return { rowCount, columns };
}

function numberColumn(
  parts: readonly PostedRows[],
  feature: number,
  width: number,
  rowCount: number,
): Float64Array {
  const values = new Float64Array(rowCount);
  let at = 0;
  for (const part of parts)
    for (let row = 0; row < part.rowCount; row++) values[at++] = part.numbers[row * width + feature]!;
  return values;
}

function categoryColumn(texts: readonly (string | null)[]): FeatureColumn {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(texts.length);
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row]!;
    if (text !== null && !codeOf.has(text)) codeOf.set(text, codeOf.size);
    codes[row] = text === null ? -1 : codeOf.get(text)!;
  }
  return { kind: 'category', codes, levels: [...codeOf.keys()] };
}
