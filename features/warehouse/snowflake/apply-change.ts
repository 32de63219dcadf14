import { OperationFailed } from '../../contract/failure.ts';
import {
  appendRevisionsSql,
  appendVersionsSql,
  columnList,
  deleteMissingSql,
  mergeSql,
  partitionSql,
} from '../change-sql.ts';
import { quoteRelation, type SqlStatement } from '../sql-dialect.ts';
import { type ChangeOutcome, type Partition, relationName, type TableDefinition } from '../warehouse.ts';
import { checkAllNew } from '../write-checks.ts';
import { reportedNumber } from './reported-number.ts';
import type { SnowflakeSession, StatementRows } from './snowflake-session.ts';
import { snowflakeDialect } from './snowflake-types.ts';
import type { UploadedChange } from './upload-change.ts';

/** Applies a change inside the session's open transaction, and compares what Snowflake says it did. */
export async function applyChange(
  session: SnowflakeSession,
  { change, staging, read }: UploadedChange,
): Promise<ChangeOutcome> {
  const { table } = change;
  if (change.mode === 'append' && table.keyColumns.length === 0) {
    const columns = columnList(table, snowflakeDialect);
    const done = await session.execute(
      `insert into ${quoteRelation(table.relation, snowflakeDialect)} (${columns}) select ${columns} from ${staging.text}`,
      staging.parameters,
    );
    const inserted = reportedNumber(done, 'number of rows inserted', session);
    if (inserted !== read) throw mismatch(table, `${inserted} rows were inserted of ${read}`, done);
    return { read, inserted, updated: 0, unchanged: 0, deleted: 0 };
  }
  if (change.mode === 'appendVersions') {
    const done = await session.execute(
      appendVersionsSql(change, staging.text, snowflakeDialect),
      staging.parameters,
    );
    const inserted = reportedNumber(done, 'number of rows inserted', session);
    return { read, inserted, updated: 0, unchanged: read - inserted, deleted: 0 };
  }
  if (change.mode === 'appendRevisions') {
    const partition = partitionSql(change.partition, table, snowflakeDialect);
    const { text, parameters } = appendRevisionsSql(change, partition, staging.text, snowflakeDialect);
    const done = await session.execute(text, [...staging.parameters, ...parameters]);
    const inserted = reportedNumber(done, 'number of rows inserted', session);
    if (inserted > read) throw mismatch(table, `${inserted} rows were added of ${read}`, done);
    return { read, inserted, updated: 0, unchanged: read - inserted, deleted: 0 };
  }
  const merged = await session.execute(mergeSql(change, staging.text, snowflakeDialect), staging.parameters);
  const inserted = reportedNumber(merged, 'number of rows inserted', session);
  const updated = change.mode === 'append' ? 0 : reportedNumber(merged, 'number of rows updated', session);
  if (inserted + updated > read)
    throw mismatch(table, `${inserted + updated} rows were merged of ${read}`, merged);
  if (change.mode === 'append') checkAllNew(table, read, inserted);
  const deleted =
    change.mode === 'replacePartition'
      ? await deleteMissing(session, table, change.partition, staging, read)
      : 0;
  return { read, inserted, updated, unchanged: read - inserted - updated, deleted };
}

/** @returns rows deleted, once the partition is known to hold as many rows as were read */
async function deleteMissing(
  session: SnowflakeSession,
  table: TableDefinition,
  partition: Partition,
  staging: SqlStatement,
  read: number,
): Promise<number> {
  const condition = partitionSql(partition, table, snowflakeDialect);
  const { text, parameters } = deleteMissingSql(table, condition, staging.text, snowflakeDialect);
  const removed = await session.execute(text, [...parameters, ...staging.parameters]);
  const deleted = reportedNumber(removed, 'number of rows deleted', session);
  const target = quoteRelation(table.relation, snowflakeDialect);
  const counted = await session.execute(
    `select count(*) as "ROW_COUNT" from ${target} where ${condition.text}`,
    condition.parameters,
  );
  const found = reportedNumber(counted, 'row_count', session);
  if (found !== read)
    throw mismatch(table, `${found} rows would be in the partition where ${read} were written`, counted);
  return deleted;
}

function mismatch(table: TableDefinition, what: string, { queryId }: StatementRows): OperationFailed {
  return new OperationFailed({
    where: relationName(table.relation),
    what: `${what} (query id ${queryId})`,
    remedy: 'nothing was changed; run it again, and report it if it happens again',
  });
}
