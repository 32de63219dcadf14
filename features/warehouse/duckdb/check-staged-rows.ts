import type { DuckDBConnection } from '@duckdb/node-api';
import { BadInput } from '../../contract/failure.ts';
import { partitionSql } from '../change-sql.ts';
import { quoteIdentifier } from '../sql-dialect.ts';
import { type Partition, relationName, type TableDefinition } from '../warehouse.ts';
import { duckDbDialect } from './duckdb-types.ts';
import { countRows } from './row-counts.ts';

/** @throws BadInput when staged rows lack a part of the key or share one */
export async function checkKeys(
  connection: DuckDBConnection,
  table: TableDefinition,
  staging: string,
): Promise<void> {
  const where = relationName(table.relation);
  if (table.keyColumns.length === 0)
    throw new TypeError(`${where} has no key columns, so rows can only be appended`);
  const quoted = table.keyColumns.map((name) => quoteIdentifier(name, duckDbDialect));
  const nameOfKey = `(${table.keyColumns.join(', ')})`;
  const missing = await countRows(
    connection,
    `${staging} where ${quoted.map((name) => `${name} is null`).join(' or ')}`,
  );
  if (missing > 0)
    throw new BadInput({
      where,
      what: `${missing} rows lack a part of the key ${nameOfKey}`,
      remedy: 'fill the key in, or leave the rows out',
    });
  await checkUnique(connection, table, staging, table.keyColumns);
}

/** @throws BadInput when staged rows share the given columns; nulls are equal */
export async function checkUnique(
  connection: DuckDBConnection,
  table: TableDefinition,
  staging: string,
  columns: readonly string[],
): Promise<void> {
  const keys = columns.map((name) => quoteIdentifier(name, duckDbDialect)).join(', ');
  const duplicate = await connection.runAndReadAll(
    `select ${keys} from ${staging} group by ${keys} having count(*) > 1 order by ${keys}`,
  );
  if (duplicate.currentRowCount === 0) return;
  const first = duplicate.getRows()[0]!.map(String).join(', ');
  throw new BadInput({
    where: relationName(table.relation),
    what: `${duplicate.currentRowCount} keys (${columns.join(', ')}) occur more than once, the first is (${first})`,
    remedy: 'keep one row of each',
  });
}

/** @throws BadInput when staged rows lie outside the partition */
export async function checkPartition(
  connection: DuckDBConnection,
  table: TableDefinition,
  staging: string,
  partition: Partition,
): Promise<void> {
  const { text, parameters } = partitionSql(partition, table, duckDbDialect);
  const outside = await countRows(connection, `${staging} where ${text} is not true`, parameters);
  if (outside === 0) return;
  const meaning = partition.map(({ column, value }) => `${column} = ${String(value)}`).join(', ');
  throw new BadInput({
    where: relationName(table.relation),
    what: `${outside} rows lie outside the partition that is being replaced (${meaning})`,
    remedy: 'write them with the partition they belong to',
  });
}
