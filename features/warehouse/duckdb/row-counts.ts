import type { DuckDBConnection } from '@duckdb/node-api';
import type { KeyValue } from '../warehouse.ts';

export async function countRows(
  connection: DuckDBConnection,
  fromClause: string,
  parameters: readonly KeyValue[] = [],
): Promise<number> {
  const result = await connection.runAndReadAll(`select count(*) from ${fromClause}`, [...parameters]);
  return Number(result.getRows()[0]![0]);
}

/** Runs a statement. @returns rows it changed */
export async function changeRows(
  connection: DuckDBConnection,
  statement: string,
  parameters: readonly KeyValue[] = [],
): Promise<number> {
  return (await connection.run(statement, [...parameters])).rowsChanged;
}
