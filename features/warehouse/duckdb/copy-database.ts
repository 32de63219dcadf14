import { rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationFailed } from '../../contract/failure.ts';
import { quoteIdentifier, quoteRelation } from '../sql-dialect.ts';
import { type Relation, relationName, type TableRows } from '../warehouse.ts';
import { duckDbDialect, sqlText } from './duckdb-types.ts';
import { countRows } from './row-counts.ts';

/** The name under which the copy is attached while it is written. */
const COPY = 'copied';

/**
 * Copies the connection's database into a new file, tables and views, and compares both. The engine reads its own file:
 * opening it a second time in this process would drop the lock that keeps other processes out.
 */
export async function copyDatabase(
  connection: DuckDBConnection,
  from: string,
  file: string,
): Promise<TableRows> {
  await connection.run(`attach ${sqlText(file)} as ${COPY}`);
  let isAttached = true;
  try {
    const source = quoteIdentifier(await currentDatabase(connection), duckDbDialect);
    await connection.run(`copy from database ${source} to ${COPY}`);
    const [before, after] = [await digests(connection, source), await digests(connection, COPY)];
    const differing = [...before].find(([table, digest]) => after.get(table)?.hash !== digest.hash);
    if (differing !== undefined || before.size !== after.size)
      throw new OperationFailed({
        where: file,
        what: `${differing?.[0] ?? 'a table'} is not the same as in ${from}`,
        remedy: 'check the disk and run it again',
      });
    await connection.run(`detach ${COPY}`);
    isAttached = false;
    return Object.fromEntries([...after].map(([table, { rows }]) => [table, rows]));
  } catch (error) {
    if (isAttached) await connection.run(`detach ${COPY}`).catch(() => undefined);
    for (const written of [file, `${file}.wal`]) rmSync(written, { force: true });
    throw error;
  }
}

export async function rowsByTable(connection: DuckDBConnection): Promise<TableRows> {
  const database = quoteIdentifier(await currentDatabase(connection), duckDbDialect);
  const counted = await digests(connection, database, false);
  return Object.fromEntries([...counted].map(([table, { rows }]) => [table, rows]));
}

interface Digest {
  readonly rows: number;
  /** Over the rows in any order. */
  readonly hash: string;
}

async function digests(
  connection: DuckDBConnection,
  database: string,
  isHashed = true,
): Promise<ReadonlyMap<string, Digest>> {
  const found = new Map<string, Digest>();
  for (const relation of await tablesOf(connection, database)) {
    const table = `${database}.${quoteRelation(relation, duckDbDialect)}`;
    const rows = await countRows(connection, table);
    found.set(relationName(relation), { rows, hash: isHashed ? await hashOf(connection, table) : '' });
  }
  return found;
}

async function hashOf(connection: DuckDBConnection, table: string): Promise<string> {
  const result = await connection.runAndReadAll(
    `select sum(hash(every_row))::varchar from ${table} as every_row`,
  );
  return String(result.getRows()[0]![0]);
}

async function tablesOf(connection: DuckDBConnection, database: string): Promise<Relation[]> {
  const result = await connection.runAndReadAll(
    `select schema_name, table_name from duckdb_tables()
     where database_name = ${sqlText(database.replaceAll('"', ''))} and not temporary order by all`,
  );
  return result.getRows().map(([schema, name]) => ({ schema: String(schema), name: String(name) }));
}

async function currentDatabase(connection: DuckDBConnection): Promise<string> {
  const result = await connection.runAndReadAll('select current_database()');
  return String(result.getRows()[0]![0]);
}
