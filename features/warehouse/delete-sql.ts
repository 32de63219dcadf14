import { missingRelation } from './missing-relation.ts';
import { quoteIdentifier, quoteRelation, type SqlDialect, type SqlStatement } from './sql-dialect.ts';
import type { ColumnDefinition, KeyFilter, Relation, RowOwner, RowsBefore } from './warehouse.ts';

/**
 * Deletes an owner's rows of one table. This and deleteRowsBeforeSql are the only DELETEs that the application writes.
 *
 * @throws OperationFailed for a table that does not say whose its rows are
 */
export function deleteRowsOfSql(
  { tenantId, accountId }: RowOwner,
  table: Relation,
  known: readonly ColumnDefinition[],
  dialect: SqlDialect,
): SqlStatement {
  const keys: [string, string][] = [['tenant_id', tenantId]];
  if (accountId !== null) keys.push(['account_id', accountId]);
  for (const [name] of keys)
    if (known.find((column) => column.name === name)?.type !== 'text')
      throw missingRelation(table, `it has no column ${name}, so it cannot be said whose its rows are`);
  const conditions = keys.map(
    ([name], index) => `${quoteIdentifier(name, dialect)} = ${dialect.parameter(index + 1, 'text')}`,
  );
  return {
    text: `delete from ${quoteRelation(table, dialect)} where ${conditions.join(' and ')}`,
    parameters: keys.map(([, value]) => value),
  };
}

/**
 * Deletes the rows of one table that lie before a moment.
 *
 * @throws OperationFailed for a table without the column, or where it is neither a date nor a time
 */
export function deleteRowsBeforeSql(
  { relation, column, before }: RowsBefore,
  known: readonly ColumnDefinition[],
  dialect: SqlDialect,
): SqlStatement {
  const type = known.find(({ name }) => name === column)?.type;
  if (type !== 'date' && type !== 'timestamp')
    throw missingRelation(
      relation,
      `it has no column ${column} with a date, so it cannot be said which rows are old`,
    );
  const condition = `${quoteIdentifier(column, dialect)} < ${dialect.parameter(1, type)}`;
  return {
    text: `delete from ${quoteRelation(relation, dialect)} where ${condition}`,
    parameters: [type === 'date' ? before.toISOString().slice(0, 10) : before.toISOString()],
  };
}

/** The same rows, to be read. */
export function isBefore({ column, before }: RowsBefore, known: readonly ColumnDefinition[]): KeyFilter {
  const type = known.find(({ name }) => name === column)?.type;
  const value = type === 'date' ? before.toISOString().slice(0, 10) : before.getTime();
  return { column, is: '<', value };
}
