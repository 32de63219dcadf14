import { BadInput } from '../contract/failure.ts';
import type { FeatureColumn, FeatureFrame } from '../contract/feature-frame.ts';
import type { FeatureDefinition } from '../contract/feature-set.ts';
import type { ColumnBuilder } from '../frame/column-builders.ts';
import { CategoryBuilder, NumberBuilder } from '../frame/column-builders.ts';
import type { BatchColumn, ColumnBatch } from '../warehouse/warehouse.ts';
import { StrayWords } from './stray-words.ts';
import type { TableFile } from './table-file.ts';

const MILLISECONDS_PER_DAY = 86_400_000;

export interface TableColumns {
  readonly frame: FeatureFrame;
  /** Text of the requested columns, by name. */
  readonly texts: ReadonlyMap<string, readonly (string | null)[]>;
  /** Days since 1970-01-01, when an as-of column was requested. */
  readonly asOfEpochDays: Int32Array | null;
  /** What was taken as missing and why, for the person who gave the table. */
  readonly notes: readonly string[];
}

export interface WantedColumns {
  readonly features: readonly FeatureDefinition[];
  readonly texts: readonly string[];
  readonly asOf: string | undefined;
}

/** Reads a table's columns as features; times become days before the row's as-of date. */
export async function collectTableColumns(source: TableFile, wanted: WantedColumns): Promise<TableColumns> {
  const { features, asOf } = wanted;
  const builders = features.map(
    ({ type }): ColumnBuilder => (type === 'category' ? new CategoryBuilder() : new NumberBuilder()),
  );
  const texts = new Map<string, (string | null)[]>(wanted.texts.map((name) => [name, []]));
  const asOfDays = new NumberBuilder();
  const names = new Set([...features.map(({ name }) => name), ...wanted.texts, ...(asOf ? [asOf] : [])]);
  const strays = new StrayWords(source.file);
  let rowCount = 0;
  for await (const batch of source.read([...names])) {
    const days = asOf === undefined ? null : epochDays(batch, asOf, source.file, rowCount);
    if (days) asOfDays.add({ kind: 'numeric', type: 'number', values: days });
    for (const [index, feature] of features.entries()) {
      const column = batch.columns.get(feature.name)!;
      builders[index]!.add(
        feature.type === 'category'
          ? column
          : asNumbers(column, feature, days, source.file, rowCount, strays),
      );
    }
    for (const [name, values] of texts)
      for (const value of (batch.columns.get(name) as BatchColumn & { kind: 'text' }).values)
        values.push(value);
    rowCount += batch.rowCount;
  }
  if (rowCount === 0)
    throw new BadInput({ where: source.file, what: 'the file has no rows', remedy: 'give a file with rows' });
  const columns = new Map<string, FeatureColumn>(
    features.map(({ name }, index) => [name, builders[index]!.finish()]),
  );
  return {
    frame: { rowCount, columns },
    texts,
    asOfEpochDays: asOf === undefined ? null : Int32Array.from(asOfDays.finish().values),
    notes: strays.notes(rowCount),
  };
}

function epochDays(batch: ColumnBatch, asOf: string, file: string, rowsBefore: number): Float64Array {
  const column = batch.columns.get(asOf)!;
  const isTime = column.type === 'date' || column.type === 'timestamp';
  const values = column.kind === 'numeric' ? column.values : [];
  const bad = isTime ? values.findIndex((value) => !Number.isFinite(value)) : 0;
  if (bad >= 0)
    throw new BadInput({
      where: file,
      what: `the as-of column ${asOf} has no date in row ${rowsBefore + bad + 1}`,
      remedy: 'write every as-of date as YYYY-MM-DD, or leave --as-of out',
    });
  const scale = column.type === 'timestamp' ? MILLISECONDS_PER_DAY : 1;
  return Float64Array.from(values, (value) => Math.floor(value / scale));
}

/** Infinities come from a division by zero and count as missing. */
function asNumbers(
  column: BatchColumn,
  feature: FeatureDefinition,
  asOfDays: Float64Array | null,
  file: string,
  rowsBefore: number,
  strays: StrayWords,
): BatchColumn {
  const { type } = column;
  if (column.kind === 'text') return numeric(strays.numbers(column.values, feature, rowsBefore));
  if (type !== 'date' && type !== 'timestamp')
    return numeric(column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN)));
  if (asOfDays === null)
    throw new BadInput({
      where: file,
      what: `column ${feature.name} holds times, and the model knows it as days before the as-of date`,
      remedy: 'name the column of as-of dates with --as-of',
    });
  const scale = type === 'timestamp' ? MILLISECONDS_PER_DAY : 1;
  return numeric(column.values.map((value, row) => asOfDays[row]! - value / scale));
}

function numeric(values: Float64Array): BatchColumn {
  return { kind: 'numeric', type: 'number', values };
}
