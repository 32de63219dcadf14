import type { FeatureColumn, FeatureFrame } from '../../../features/contract/feature-frame.ts';
import type { FeatureDefinition } from '../../../features/contract/feature-set.ts';
import { invalid } from '../problems.ts';
import type { Champion } from './champion.ts';

export type PostedValue = number | string | boolean | null;

/** Values by column, every column as long as there are accounts; undefined where an account lacks it. */
export type PostedColumns = ReadonlyMap<string, readonly (PostedValue | undefined)[]>;

/** Which columns are not as the model learnt them; names in the model's order, unknown ones as posted. */
export interface ColumnNotes {
  readonly missing_columns: string[];
  readonly unknown_columns: string[];
  readonly out_of_bounds_columns: string[];
}

const UNKNOWN_NAMED = 100;
const TRUE_WORDS = new Set(['true', '1']);
const FALSE_WORDS = new Set(['false', '0']);

/**
 * Posted feature values in the form in which models see data. What is missing is scored as unknown, and said.
 *
 * @throws Problem 400 naming the column and account where text stands for a number
 */
export function postedAccounts(
  columns: PostedColumns,
  rowCount: number,
  { model, bounds }: Champion,
): { readonly frame: FeatureFrame; readonly notes: ColumnNotes } {
  const notes: ColumnNotes = { missing_columns: [], unknown_columns: [], out_of_bounds_columns: [] };
  const frameColumns = new Map<string, FeatureColumn>();
  const none: readonly undefined[] = new Array(rowCount).fill(undefined);
  for (const definition of model.featureSet.features) {
    const { name } = definition;
    const posted = columns.get(name) ?? none;
    if (posted.some((value) => value === undefined)) notes.missing_columns.push(name);
    const values = posted.map((value, row) => featureValue(definition, value, row));
    const isWithin = bounds.get(name);
    if (isWithin !== undefined && values.some((value) => value !== null && !isWithin(value)))
      notes.out_of_bounds_columns.push(name);
    frameColumns.set(name, columnOf(definition, values));
  }
  for (const name of columns.keys())
    if (!frameColumns.has(name) && notes.unknown_columns.length < UNKNOWN_NAMED)
      notes.unknown_columns.push(name);
  return { frame: { rowCount, columns: frameColumns }, notes };
}

function featureValue(
  { name, type }: FeatureDefinition,
  value: PostedValue | undefined,
  row: number,
): number | string | null {
  if (value === undefined || value === null || value === '') return null;
  if (type === 'category') return String(value);
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  const word = value.trim().toLowerCase();
  if (type === 'boolean' && TRUE_WORDS.has(word)) return 1;
  if (type === 'boolean' && FALSE_WORDS.has(word)) return 0;
  const number = word === '' ? Number.NaN : Number(word);
  if (Number.isFinite(number)) return number;
  throw invalid('body', [
    { parameter: `accounts[${row}].${name}`, detail: `should be a ${type}, or null where it is unknown` },
  ]);
}

function columnOf({ type }: FeatureDefinition, values: readonly (number | string | null)[]): FeatureColumn {
  if (type !== 'category')
    return { kind: 'number', values: Float64Array.from(values, (value) => Number(value ?? Number.NaN)) };
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const level = String(value);
    const code = codeOf.get(level) ?? codeOf.size;
    codeOf.set(level, code);
    return code;
  });
  return { kind: 'category', codes, levels: [...codeOf.keys()] };
}

/** Accounts given one by one, by column. */
export function columnsOfAccounts(accounts: readonly Readonly<Record<string, PostedValue>>[]): PostedColumns {
  const columns = new Map<string, (PostedValue | undefined)[]>();
  accounts.forEach((account, row) => {
    for (const [name, value] of Object.entries(account)) {
      const values = columns.get(name) ?? new Array<PostedValue | undefined>(accounts.length).fill(undefined);
      values[row] = value;
      columns.set(name, values);
    }
  });
  return columns;
}
