import { isEmbedded, type Warehouse } from '../warehouse/warehouse.ts';
import { RAW_TABLES } from './raw-tables.ts';

/**
 * Creates the tables of the raw layer that are absent, so that dbt finds every source, empty or not. In Snowflake the
 * definitions of the account do so: no role that works at night may make tables there.
 */
export async function ensureRawTables(warehouse: Warehouse): Promise<void> {
  if (!isEmbedded(warehouse)) return;
  for (const table of RAW_TABLES) await warehouse.ensureTable(table);
}
