import { missingRelation } from './missing-relation.ts';
import { quoteIdentifier, quoteRelation, type SqlDialect, type SqlStatement } from './sql-dialect.ts';
import type { ColumnDefinition, Relation, RowOwner } from './warehouse.ts';

/**
 * Deletes an owner's rows of one table. The only DELETE by key that the application ever writes.
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
