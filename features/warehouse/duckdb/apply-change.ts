import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationFailed } from '../../contract/failure.ts';
import {
  appendRevisionsSql,
  appendVersionsSql,
  columnList,
  deleteMissingSql,
  mergeSql,
  partitionSql,
  sameKey,
} from '../change-sql.ts';
import { quoteRelation, type SqlStatement } from '../sql-dialect.ts';
import { type ChangeOutcome, relationName, type TableChange, type TableDefinition } from '../warehouse.ts';
import { checkAllNew } from '../write-checks.ts';
import { duckDbDialect } from './duckdb-types.ts';
import { changeRows, countRows } from './row-counts.ts';
import { stageChange } from './stage-change.ts';
import { stageRows } from './stage-rows.ts';

/** Applies one change inside the connection's open transaction; the caller commits or rolls back. */
export async function applyChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
): Promise<ChangeOutcome> {
  const { table } = change;
  const target = quoteRelation(table.relation, duckDbDialect);
  const before = await countRows(connection, target);

  if (change.mode === 'append' && table.keyColumns.length === 0) {
    const source = await stageRows(connection, table, change.rows, `source_${index}`);
    const inserted = await changeRows(
      connection,
      `insert into ${target} (${columnList(table, duckDbDialect)}) ${source}`,
    );
    await verifyCount(connection, table, before + inserted);
    return { read: inserted, inserted, updated: 0, unchanged: 0, deleted: 0 };
  }

  const { staging, read } = await stageChange(connection, change, index);
  if (change.mode === 'appendVersions') {
    const added = await changeRows(connection, appendVersionsSql(change, staging, duckDbDialect));
    await verifyCount(connection, table, before + added);
    return { read, inserted: added, updated: 0, unchanged: read - added, deleted: 0 };
  }
  if (change.mode === 'appendRevisions') {
    const partition = partitionSql(change.partition, table, duckDbDialect);
    const { text, parameters } = appendRevisionsSql(change, partition, staging, duckDbDialect);
    const added = await changeRows(connection, text, parameters);
    await verifyCount(connection, table, before + added);
    return { read, inserted: added, updated: 0, unchanged: read - added, deleted: 0 };
  }
  const inserted = await countRows(
    connection,
    `${staging} s where not exists (select 1 from ${target} t where ${sameKey(table, 't', duckDbDialect)})`,
  );
  if (change.mode === 'append') checkAllNew(table, read, inserted);
  const merged = await changeRows(connection, mergeSql(change, staging, duckDbDialect));
  let deleted = 0;
  if (change.mode === 'replacePartition') {
    const partition = partitionSql(change.partition, table, duckDbDialect);
    const { text, parameters } = deleteMissingSql(table, partition, staging, duckDbDialect);
    deleted = await changeRows(connection, text, parameters);
    await verifyCount(connection, table, read, partition);
  }
  await verifyCount(connection, table, before + inserted - deleted);
  return { read, inserted, updated: merged - inserted, unchanged: read - merged, deleted };
}

async function verifyCount(
  connection: DuckDBConnection,
  table: TableDefinition,
  expected: number,
  partition?: SqlStatement,
): Promise<void> {
  const target = quoteRelation(table.relation, duckDbDialect);
  const found = partition
    ? await countRows(connection, `${target} where ${partition.text}`, partition.parameters)
    : await countRows(connection, target);
  if (found !== expected)
    throw new OperationFailed({
      where: relationName(table.relation),
      what: `${found} rows would be there after the write where ${expected} were expected`,
      remedy: 'nothing was changed; report it with the command that was run',
    });
}
