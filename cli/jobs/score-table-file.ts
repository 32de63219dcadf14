import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { fromEpochDay } from '../../features/contract/as-of-date.ts';
import { BadInput, Failure, OperationFailed } from '../../features/contract/failure.ts';
import { csvLine } from '../../features/files/csv-line.ts';
import { readTable } from '../../features/files/read-table.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { BatchColumn, ColumnBatch, TableDefinition } from '../../features/warehouse/warehouse.ts';
import { type Vocabulary, vocabularyOf } from '../../models/scoring/drivers/feature-words.ts';
import type { ScoredFrame } from '../../models/scoring/scoring-model.ts';
import { writeToldDrivers } from '../../serving/scores-mart/tell-drivers.ts';
import type { CommandContext } from '../context/command-context.ts';
import { openRegistry } from '../context/open-registry.ts';
import { parseModelReference } from '../options/model-reference.ts';

const DRIVERS_PER_ROW = 5;

export interface TableScoring {
  readonly file: string;
  /** .csv or .parquet */
  readonly out: string;
  readonly model: string;
  readonly id?: string | undefined;
  /** Column of as-of dates; needed by a model that knows times as days before them. */
  readonly asOf?: string | undefined;
}

export interface ScoredTable {
  readonly model: string;
  readonly rows: number;
  readonly out: string;
}

/**
 * Scores a table with one model into a file: the id and as-of date where they were named, then probability, band and
 * drivers. Whole, or not there.
 */
export async function scoreTableFile(
  { configuration, terminal, clock }: CommandContext,
  { file, out, model: reference, id, asOf }: TableScoring,
): Promise<ScoredTable> {
  if (!/\.(csv|parquet)$/.test(out)) {
    throw new BadInput({
      where: `--out ${out}`,
      what: 'its ending says no format',
      remedy: 'let it end in .csv or .parquet',
    });
  }
  const registry = openRegistry(configuration, clock);
  const { name, version } = parseModelReference(reference);
  const { model } = await registry.load(name, version);
  const { frame, ids, asOfEpochDays, notes } = await readTable({
    file,
    featureSet: model.featureSet,
    ...(id === undefined ? {} : { id }),
    ...(asOf === undefined ? {} : { asOf }),
  });
  for (const note of notes) terminal.log(`${file}: ${note}`);
  const scored = model.score(frame, { driversPerRow: DRIVERS_PER_ROW });

  const batch = scoreBatch(model.targets, scored, vocabularyOf(model.featureSet), [
    ...(id === undefined ? [] : [[id, text(ids!)] as const]),
    ...(asOf === undefined
      ? []
      : [[asOf, { kind: 'numeric', type: 'date', values: Float64Array.from(asOfEpochDays!) }] as const]),
  ]);
  const beside = `${out}.${randomUUID()}.partial`;
  try {
    if (out.endsWith('.csv')) writeFileSync(beside, csvOf(batch), { flush: true });
    else await writeParquet(batch, beside);
    renameSync(beside, out);
  } catch (cause) {
    rmSync(beside, { force: true });
    if (cause instanceof Failure) throw cause;
    throw new OperationFailed({
      where: out,
      what: `the scores cannot be written (${(cause as Error).message})`,
      remedy: 'name a file in a folder that is writable',
      cause,
    });
  }
  return { model: `${model.name}@${model.version}`, rows: frame.rowCount, out };
}

/** One label has one horizon: its column is churn_probability. Several keep their names apart. */
function probabilityColumns(targets: readonly string[]): readonly string[] {
  return targets.length === 1
    ? ['churn_probability']
    : targets.map((target) => target.replace(/^churned/, 'churn_probability'));
}

function scoreBatch(
  targets: readonly string[],
  scored: ScoredFrame,
  vocabulary: Vocabulary,
  keys: readonly (readonly [string, BatchColumn])[],
): ColumnBatch {
  return {
    rowCount: scored.rowCount,
    columns: new Map<string, BatchColumn>([
      ...keys,
      ...probabilityColumns(targets).map(
        (name, index) =>
          [name, { kind: 'numeric', type: 'number', values: scored.probabilities[index]! }] as const,
      ),
      ['risk_band', text(scored.bands)],
      ['drivers', text(scored.drivers.map((list) => writeToldDrivers(list, vocabulary)))],
    ]),
  };
}

function text(values: readonly string[]): BatchColumn {
  return { kind: 'text', type: 'text', values };
}

async function writeParquet(batch: ColumnBatch, file: string): Promise<void> {
  const table: TableDefinition = {
    relation: { schema: 'main', name: 'scored' },
    keyColumns: [],
    columns: Array.from(batch.columns, ([name, { type }]) => ({ name, type, nullable: true })),
  };
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  try {
    await warehouse.write([{ mode: 'append', table, rows: rowSource(batch) }]);
    await warehouse.exportParquet(
      { relation: table.relation, columns: table.columns.map(({ name }) => name), where: [] },
      file,
    );
  } finally {
    await warehouse.close();
  }
}

function csvOf({ rowCount, columns }: ColumnBatch): string {
  const lines = [csvLine(columns.keys())];
  for (let row = 0; row < rowCount; row++)
    lines.push(csvLine(Array.from(columns.values(), (column) => field(column, row))));
  return `${lines.join('\n')}\n`;
}

function field({ type, values }: BatchColumn, row: number): string | number | null | undefined {
  return type === 'date' ? fromEpochDay(values[row] as number) : values[row];
}
