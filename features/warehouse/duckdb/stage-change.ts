import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdentifier } from '../sql-dialect.ts';
import type { TableChange } from '../warehouse.ts';
import { checkKeys, checkPartition, checkUnique } from './check-staged-rows.ts';
import { columnDdl, duckDbDialect } from './duckdb-types.ts';
import { changeRows } from './row-counts.ts';
import { stageRows } from './stage-rows.ts';

/** A change's rows in a temporary table of the connection. */
export interface StagedChange {
  /** The temporary table, quoted. */
  readonly staging: string;
  readonly read: number;
}

/**
 * Takes a change's rows into a temporary table of the target's columns and types, and refuses rows that lack a part
 * of the key, share one, or lie outside the partition. Both drivers stage their rows here.
 */
export async function stageChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
): Promise<StagedChange> {
  const { table } = change;
  const source = await stageRows(connection, table, change.rows, `source_${index}`);
  const name = quoteIdentifier(`staging_${index}`, duckDbDialect);
  const staging = `temp.main.${name}`;
  await connection.run(`create temp table ${name} (${table.columns.map(columnDdl).join(', ')})`);
  const read = await changeRows(connection, `insert into ${staging} ${source}`);
  await connection.run(`drop table if exists temp.main."source_${index}"`);
  if (change.mode === 'appendVersions') {
    if (change.versionKey.length > 0)
      await checkUnique(connection, table, staging, [...change.versionKey, 'valid_from']);
  } else if (change.mode !== 'append' || table.keyColumns.length > 0)
    await checkKeys(connection, table, staging);
  if (change.mode === 'replacePartition' || change.mode === 'appendRevisions')
    await checkPartition(connection, table, staging, change.partition);
  return { staging, read };
}
