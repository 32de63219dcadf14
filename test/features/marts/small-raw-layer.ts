import { RAW_TABLES } from '../../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type {
  BatchColumn,
  ColumnBatch,
  EmbeddedWarehouse,
  Selection,
  TableDefinition,
} from '../../../features/warehouse/warehouse.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';

/** A cell as a person writes it: dates and times as ISO text, what is left out is null. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Rows by table name of the raw layer. */
export type RawLayer = Readonly<Record<string, readonly Row[]>>;

/** Everything counts from its event time, whenever it was loaded. */
export const ALL_BACKFILLED: readonly Row[] = [
  'platform_events',
  'accounts',
  'subscriptions',
  'support_tickets',
  'currency_rates',
].map((table_name) => ({
  table_name,
  tenant_id: '*',
  loaded_from: '1970-01-01',
  loaded_to: '2100-01-01',
}));

/**
 * An in-memory warehouse with the given rows in its raw layer, and nothing in its scores mart. Without `backfills` all
 * rows are a declared back-fill; rows that do not say when they were loaded came in on 2026-12-01.
 */
export async function openRawLayer(raw: RawLayer): Promise<EmbeddedWarehouse> {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:', threads: 2 });
  for (const table of RAW_TABLES) await warehouse.ensureTable(table);
  await ensureScoresMart(warehouse);
  for (const table of RAW_TABLES) {
    const isLoaded = table.columns.some(({ name }) => name === 'loaded_at');
    const rows = raw[table.relation.name] ?? (table.relation.name === 'backfills' ? ALL_BACKFILLED : []);
    await append(
      warehouse,
      table,
      rows.map((row) => (isLoaded ? { loaded_at: '2026-12-01', ...row } : row)),
    );
  }
  return warehouse;
}

/** Rows of the named marts, built from the raw layer by the embedded engine, in order of all their keys. */
export async function martsFrom(raw: RawLayer): Promise<(mart: string) => Promise<Row[]>> {
  const warehouse = await openRawLayer(raw);
  await buildMarts(warehouse);
  return (mart) => rowsOf(warehouse, 'analytics', mart);
}

/** Rows of a table or view, all unless `where` says which, with dates and times as ISO text. */
export async function rowsOf(
  warehouse: EmbeddedWarehouse,
  schema: string,
  name: string,
  where: Selection['where'] = [],
): Promise<Row[]> {
  const relation = { schema, name };
  const columns = (await warehouse.describe(relation)).map((column) => column.name);
  const orderBy = ['tenant_id', 'account_id', 'as_of_date', 'activity_date', 'activity_kind'].filter((key) =>
    columns.includes(key),
  );
  const rows: Row[] = [];
  for await (const batch of warehouse.read({ relation, columns, where, orderBy }))
    for (let row = 0; row < batch.rowCount; row++)
      rows.push(Object.fromEntries(columns.map((column) => [column, cell(batch.columns.get(column)!, row)])));
  return rows;
}

export async function append(
  warehouse: EmbeddedWarehouse,
  table: TableDefinition,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0)
    await warehouse.write([{ mode: 'append', table, rows: { batches: batchOf(table, rows) } }]);
}

/** Rows replace those with the same key. */
export async function merge(
  warehouse: EmbeddedWarehouse,
  table: TableDefinition,
  rows: readonly Row[],
): Promise<void> {
  await warehouse.write([{ mode: 'merge', table, rows: { batches: batchOf(table, rows) } }]);
}

async function* batchOf(table: TableDefinition, rows: readonly Row[]): AsyncGenerator<ColumnBatch> {
  const columns = new Map<string, BatchColumn>();
  for (const { name, type } of table.columns) {
    const cells = rows.map((row) => row[name] ?? null);
    if (type === 'text' || type === 'json')
      columns.set(name, { kind: 'text', type, values: cells as (string | null)[] });
    else
      columns.set(name, {
        kind: 'numeric',
        type,
        values: Float64Array.from(cells, (value) => {
          if (value === null) return Number.NaN;
          if (type === 'timestamp') return Date.parse(withZone(String(value)));
          return type === 'date' ? Date.parse(withZone(String(value))) / 86_400_000 : Number(value);
        }),
      });
  }
  yield { rowCount: rows.length, columns };
}

function withZone(time: string): string {
  return time.includes('T') ? `${time}Z` : `${time}T00:00:00Z`;
}

function cell(column: BatchColumn, row: number): string | number | boolean | null {
  const value = column.values[row]!;
  if (typeof value === 'string' || value === null || Number.isNaN(value))
    return value === null || typeof value === 'string' ? value : null;
  if (column.type === 'boolean') return value === 1;
  if (column.type === 'date') return new Date(value * 86_400_000).toISOString().slice(0, 10);
  return column.type === 'timestamp' ? new Date(value).toISOString() : value;
}
