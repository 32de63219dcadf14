import type { Warehouse } from '../warehouse/warehouse.ts';
import { RAW_TABLES } from './raw-tables.ts';

/** Creates the tables of the raw layer that are absent, so that dbt finds every source, empty or not. */
export async function ensureRawTables(warehouse: Warehouse): Promise<void> {
  for (const table of RAW_TABLES) await warehouse.ensureTable(table);
}
