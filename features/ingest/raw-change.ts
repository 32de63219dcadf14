import type { TableChange } from '../warehouse/warehouse.ts';
import type { ImportRules } from './importable-tables.ts';

/**
 * How rows come into a raw table: events are added, versions that differ are added, and settings are replaced by key.
 *
 * @param isMended The rows are of a file some of whose rows came in before: events that did are not added again.
 */
export function rawChange(
  { table, versionKey }: ImportRules,
  parquetFile: string,
  isMended: boolean,
): TableChange {
  const rows = { parquetFile };
  const isLog = versionKey.length === 0 && table.keyColumns.length === 0;
  if (versionKey.length > 0 || (isLog && isMended))
    return { mode: 'appendVersions', table, rows, versionKey };
  return { mode: isLog ? 'append' : 'merge', table, rows };
}
