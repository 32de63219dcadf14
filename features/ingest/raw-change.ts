import type { TableChange, TableDefinition } from '../warehouse/warehouse.ts';

/** How rows come into a raw table: events are added, rows with a key replace the earlier row of that key. */
export function rawChange(table: TableDefinition, parquetFile: string): TableChange {
  return { mode: table.keyColumns.length === 0 ? 'append' : 'merge', table, rows: { parquetFile } };
}
