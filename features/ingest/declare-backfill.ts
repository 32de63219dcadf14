import type { FieldReading } from '../files/field-reading.ts';
import type { TableFile } from '../files/table-file.ts';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
import type { TableChange, TableDefinition, Warehouse } from '../warehouse/warehouse.ts';
import { backfills } from './raw-tables.ts';

/** Stands for every tenant in `raw.backfills`. */
const EVERY_TENANT = '*';

/** Declares what a table's tenants loaded at one instant a back-fill: it counts from when it happened. */
export function backfillChange(tableName: string, tenants: readonly string[], loadedAt: Date): TableChange {
  const [loaded_from, loaded_to] = [loadedAt.getTime(), loadedAt.getTime()];
  const rows = tenants.map((tenant_id) => ({ table_name: tableName, tenant_id, loaded_from, loaded_to }));
  return { mode: 'merge', table: backfills, rows: rowSource(columnBatchOfRows(backfills.columns, rows)) };
}

/**
 * From when rows count in features: from when they happened, from their own `loaded_at`, or from their import. Null for
 * settings, which count for all time.
 */
export type CountsFrom = 'event_time' | 'loaded_at' | 'arrival' | null;

/** What a file says of when its rows arrived, and whose rows they are. */
export interface Arrival {
  readonly says: 'loaded_at' | 'nothing' | 'not kept';
  readonly tenants: readonly string[];
}

export async function arrivalOf(
  source: TableFile,
  readings: readonly FieldReading[],
  table: TableDefinition,
): Promise<Arrival> {
  if (!table.columns.some(({ name }) => name === 'loaded_at')) return { says: 'not kept', tenants: [] };
  const isGiven = readings.some(({ column, from }) => column.name === 'loaded_at' && 'field' in from);
  return { says: isGiven ? 'loaded_at' : 'nothing', tenants: await tenantsOf(source, readings) };
}

/** Tenants whose rows of an import are history: all that are declared so, else those that have none in the table yet. */
export async function tenantsToDeclare(
  warehouse: Warehouse,
  table: TableDefinition,
  { says, tenants }: Arrival,
  isBackfill: boolean,
): Promise<readonly string[]> {
  if (says !== 'nothing') return [];
  return isBackfill ? tenants : await tenantsWithoutRows(warehouse, table, tenants);
}

export function countsFrom({ says, tenants }: Arrival, declared: readonly string[]): CountsFrom {
  if (says === 'not kept') return null;
  if (says === 'loaded_at') return 'loaded_at';
  return declared.length === tenants.length ? 'event_time' : 'arrival';
}

/** Whose rows a file holds; `*` for rows that belong to no tenant. */
async function tenantsOf(source: TableFile, readings: readonly FieldReading[]): Promise<readonly string[]> {
  const from = readings.find(({ column }) => column.name === 'tenant_id')?.from;
  if (from === undefined) return [EVERY_TENANT];
  if ('constant' in from) return from.constant === null ? [] : [from.constant];
  const tenants = new Set<string>();
  for await (const { columns } of source.read([from.field]))
    for (const value of columns.get(from.field)!.values) if (value !== null) tenants.add(String(value));
  return [...tenants].sort();
}

/** Those of the tenants that have no row in a table yet: what they load first is history. */
async function tenantsWithoutRows(
  warehouse: Warehouse,
  table: TableDefinition,
  tenants: readonly string[],
): Promise<readonly string[]> {
  const column = table.columns.some(({ name }) => name === 'tenant_id') ? 'tenant_id' : undefined;
  const found = new Set<string>();
  const selection = {
    relation: table.relation,
    columns: [column ?? table.columns[0]!.name],
    where: [],
    distinct: true,
  };
  for await (const { columns, rowCount } of warehouse.read(selection))
    for (let row = 0; row < rowCount; row++)
      found.add(column === undefined ? EVERY_TENANT : String(columns.get(column)!.values[row]));
  return tenants.filter((tenant) => !found.has(tenant));
}
