import type { TableFile } from '../../files/table-file.ts';
import { readWrittenNumber } from '../../files/written-number.ts';
import type { BatchColumn, ColumnBatch, ColumnDefinition } from '../../warehouse/warehouse.ts';
import { type RowProblems, raggedProblems } from '../row-problems.ts';
import { type FieldOfRow, mappedValue } from './mapped-value.ts';
import type { MappedFile, SkipRule } from './mapping.ts';

/** The number of the row, in the source file, that a mapped row was made of. */
export const ROW_NUMBER: ColumnDefinition = { name: 'row of the file', type: 'number', nullable: false };

export interface MappedRows {
  /** Columns of the batches: the mapped raw columns as text, and the row's number. */
  readonly columns: readonly ColumnDefinition[];
  readonly batches: AsyncIterable<ColumnBatch>;
  /** Complete once the batches are read. */
  readonly tally: MappingTally;
}

export interface MappingTally {
  rowsRead: number;
  /** Rows that each rule left out. */
  readonly skipped: Map<string, number>;
  /** By column, the words that `values` does not list, with their rows. */
  readonly unlisted: Map<string, Map<string, number>>;
  /** Rows whose key another file does not have. */
  readonly problems: RowProblems;
}

/** Streams a file's rows as its mapping makes them: one to one, or one for each count that is not 0. */
export function mapRows(
  source: TableFile,
  mapped: MappedFile,
  lookups: ReadonlyMap<string, ReadonlyMap<string, string>>,
): MappedRows {
  const tally: MappingTally = {
    rowsRead: 0,
    skipped: new Map(),
    unlisted: new Map(),
    problems: raggedProblems(source),
  };
  const names = [...Object.keys(mapped.columns), ...(mapped.counts ? ['event_type', 'quantity'] : [])];
  const columns = [
    ...names.map((name): ColumnDefinition => ({ name, type: 'text', nullable: true })),
    ROW_NUMBER,
  ];
  return { columns, batches: mapBatches(source, mapped, lookups, names, tally), tally };
}

/** Every column of the file that the mapping reads. */
export function fieldsOf({ columns, skip, counts }: MappedFile): readonly string[] {
  const sources = Object.values(columns).flatMap(({ from, times, divide }) => [from, times, divide?.by]);
  const all = [...sources, ...skip.map(({ column }) => column), ...Object.keys(counts ?? {})];
  return [...new Set(all.filter((name) => name !== undefined))];
}

async function* mapBatches(
  source: TableFile,
  mapped: MappedFile,
  lookups: ReadonlyMap<string, ReadonlyMap<string, string>>,
  names: readonly string[],
  tally: MappingTally,
): AsyncGenerator<ColumnBatch> {
  const missing = new Set(mapped.missing);
  const counts = mapped.counts ? Object.entries(mapped.counts) : undefined;
  const idIndex = names.indexOf('event_id');
  const { rowNumberColumn } = source;
  const fields = fieldsOf(mapped);
  for await (const batch of source.readTexts(rowNumberColumn ? [...fields, rowNumberColumn] : fields)) {
    const inFile = rowNumberColumn ? batch.columns.get(rowNumberColumn)!.values : undefined;
    const out = names.map((): (string | null)[] => []);
    const rowNumbers: number[] = [];
    for (let row = 0; row < batch.rowCount; row++) {
      tally.rowsRead = inFile ? Number(inFile[row]) : tally.rowsRead + 1;
      const field: FieldOfRow = (name) => {
        const value = batch.columns.get(name)!.values[row] as string | null;
        return value === null || missing.has(value) ? null : value;
      };
      const values = mapRow(mapped, lookups, field, tally);
      if (values === undefined) continue;
      for (const made of counts ? eventsOf(values, counts, idIndex, field) : [values]) {
        for (const [index, value] of made.entries()) out[index]!.push(value);
        rowNumbers.push(tally.rowsRead);
      }
    }
    yield {
      rowCount: rowNumbers.length,
      columns: new Map<string, BatchColumn>([
        ...names.map((name, index) => [name, { kind: 'text', type: 'text', values: out[index]! }] as const),
        [ROW_NUMBER.name, { kind: 'numeric', type: 'number', values: Float64Array.from(rowNumbers) }],
      ]),
    };
  }
  tally.rowsRead = Math.max(tally.rowsRead, source.ragged.at(-1)?.row ?? 0);
}

/** Undefined for a row that is left out. */
function mapRow(
  mapped: MappedFile,
  lookups: ReadonlyMap<string, ReadonlyMap<string, string>>,
  field: FieldOfRow,
  tally: MappingTally,
): (string | null)[] | undefined {
  const leaveOut = (rule: string): void => {
    tally.skipped.set(rule, (tally.skipped.get(rule) ?? 0) + 1);
  };
  const rule = mapped.skip.find((one) => isSkipped(one, field(one.column)));
  if (rule !== undefined) {
    leaveOut(skipInWords(rule));
    return undefined;
  }
  const values: (string | null)[] = [];
  for (const [name, source] of Object.entries(mapped.columns)) {
    const value = mappedValue(source, field, (word) => countWord(tally, name, word));
    const found = lookups.get(name)?.get(value ?? '');
    if (source.lookup === undefined || value === null) values.push(value);
    else if (found !== undefined) values.push(found);
    else {
      const { file, key, unmatched } = source.lookup;
      const words = `${source.from} is no ${key} of ${file}`;
      if (unmatched === 'skip') {
        leaveOut(words);
        return undefined;
      }
      tally.problems.add(words, tally.rowsRead, value);
      values.push(null);
    }
  }
  return values;
}

function* eventsOf(
  values: readonly (string | null)[],
  counts: readonly (readonly [string, string])[],
  idIndex: number,
  field: FieldOfRow,
): Generator<readonly (string | null)[]> {
  const id = values[idIndex] ?? null;
  for (const [column, eventType] of counts) {
    const count = field(column);
    if (count === null || readWrittenNumber(count, 'point') === 0) continue;
    const event = [...values, eventType, count];
    // The row's id stands for several events, and each needs one of its own to be known again by.
    if (id !== null) event[idIndex] = `${id}/${column}`;
    yield event;
  }
}

function isSkipped({ equals, not, empty }: SkipRule, value: string | null): boolean {
  if (equals) return value !== null && equals.includes(value);
  if (not) return value === null || !not.includes(value);
  return (value === null || value.trim() === '') === empty;
}

/** @example skipInWords({ column: 'Test', equals: ['yes'] }) // 'Test is yes' */
function skipInWords({ column, equals, not, empty }: SkipRule): string {
  if (equals) return `${column} is ${equals.join(' or ')}`;
  if (not) return `${column} is not ${not.join(' or ')}`;
  return `${column} is ${empty ? '' : 'not '}empty`;
}

function countWord({ unlisted }: MappingTally, column: string, word: string): void {
  const words = unlisted.get(column) ?? new Map<string, number>();
  words.set(word, (words.get(word) ?? 0) + 1);
  unlisted.set(column, words);
}
