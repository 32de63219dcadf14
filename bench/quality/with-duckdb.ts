import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Runs some work on an empty engine of its own. */
export async function withDuckDb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(`set timezone = 'UTC'`);
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
