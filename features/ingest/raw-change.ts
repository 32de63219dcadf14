import type { TableChange } from '../warehouse/warehouse.ts';
import type { ImportRules } from './importable-tables.ts';

/** How rows come into a raw table: events are added, versions that differ are added, and settings are replaced by key. */
export function rawChange({ table, versionKey }: ImportRules, parquetFile: string): TableChange {
  const rows = { parquetFile };
  if (versionKey.length > 0) return { mode: 'appendVersions', table, rows, versionKey };
  return { mode: table.keyColumns.length > 0 ? 'merge' : 'append', table, rows };
}
