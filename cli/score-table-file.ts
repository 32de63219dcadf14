import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { BadInput, Failure, OperationFailed } from '../features/contract/failure.ts';
import { readTable } from '../features/read-table.ts';
import { openDuckDbWarehouse } from '../features/warehouse/duckdb-warehouse.ts';
import type { ColumnBatch, TableDefinition } from '../features/warehouse/warehouse.ts';
import type { ScoredFrame } from '../models/model.ts';
import { openLocalRegistry } from '../models/registry/local-registry.ts';
import { writeDrivers } from '../serving/scores-mart/driver-json.ts';
import type { CommandContext } from './command-context.ts';
import { parseModelReference } from './model-reference.ts';

const DRIVERS_PER_ROW = 5;

export interface TableScoring {
  readonly file: string;
  /** .csv or .parquet */
  readonly out: string;
  readonly model: string;
  readonly id?: string | undefined;
}

export interface ScoredTable {
  readonly model: string;
  readonly rows: number;
  readonly out: string;
}

/** Scores a table with one model into a file: the id, then probability, band and drivers. Whole, or not there. */
export async function scoreTableFile(
  { configuration, clock }: CommandContext,
  { file, out, model: reference, id }: TableScoring,
): Promise<ScoredTable> {
  if (!/\.(csv|parquet)$/.test(out)) {
    throw new BadInput({
      where: `--out ${out}`,
      what: 'its ending says no format',
      remedy: 'let it end in .csv or .parquet',
    });
  }
  const registry = openLocalRegistry({ directory: configuration.modelsDirectory, clock });
  const { name, version } = parseModelReference(reference);
  const { model } = await registry.load(name, version);
  const { frame, ids } = await readTable({
    file,
    featureSet: model.featureSet,
    ...(id === undefined ? {} : { id }),
  });
  const scored = model.score(frame, { driversPerRow: DRIVERS_PER_ROW });

  const table = tableDefinition(model.targets, id);
  const batch = scoreBatch(table, model.targets, scored, ids, id);
  const beside = `${out}.${randomUUID()}.partial`;
  try {
    if (out.endsWith('.csv')) writeFileSync(beside, csvOf(batch), { flush: true });
    else await writeParquet(table, batch, beside);
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

function tableDefinition(targets: readonly string[], id: string | undefined): TableDefinition {
  const text = (name: string) => ({ name, type: 'text' as const, nullable: true });
  return {
    relation: { schema: 'main', name: 'scored' },
    keyColumns: [],
    columns: [
      ...(id === undefined ? [] : [text(id)]),
      ...probabilityColumns(targets).map((name) => ({ name, type: 'number' as const, nullable: false })),
      text('risk_band'),
      text('drivers'),
    ],
  };
}

function scoreBatch(
  table: TableDefinition,
  targets: readonly string[],
  scored: ScoredFrame,
  ids: readonly string[] | null,
  id: string | undefined,
): ColumnBatch {
  const columns: [
    string,
    ColumnBatch['columns'] extends ReadonlyMap<string, infer Column> ? Column : never,
  ][] = [];
  if (id !== undefined && ids !== null) columns.push([id, { kind: 'text', type: 'text', values: ids }]);
  probabilityColumns(targets).forEach((name, index) => {
    columns.push([name, { kind: 'numeric', type: 'number', values: scored.probabilities[index]! }]);
  });
  columns.push(['risk_band', { kind: 'text', type: 'text', values: scored.bands }]);
  columns.push(['drivers', { kind: 'text', type: 'text', values: scored.drivers.map(writeDrivers) }]);
  const byName = new Map(columns);
  return {
    rowCount: scored.rowCount,
    columns: new Map(table.columns.map(({ name }) => [name, byName.get(name)!])),
  };
}

async function writeParquet(table: TableDefinition, batch: ColumnBatch, file: string): Promise<void> {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  try {
    await warehouse.write([{ mode: 'append', table, rows: { batches: only(batch) } }]);
    await warehouse.exportParquet(
      { relation: table.relation, columns: table.columns.map(({ name }) => name), where: [] },
      file,
    );
  } finally {
    await warehouse.close();
  }
}

async function* only(batch: ColumnBatch): AsyncGenerator<ColumnBatch> {
  yield batch;
}

/** RFC 4180: quoted where needed, quotes doubled. */
function csvOf({ rowCount, columns }: ColumnBatch): string {
  const lines = [[...columns.keys()].map(quoted).join(',')];
  for (let row = 0; row < rowCount; row++) {
    lines.push([...columns.values()].map(({ values }) => quoted(values[row])).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function quoted(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
