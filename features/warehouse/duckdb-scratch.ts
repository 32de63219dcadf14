import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDuckDbInstance } from './duckdb-open.ts';
import { sqlText } from './duckdb-types.ts';

/** What DuckDB holds in memory before it spills to the scratch folder: rows that come are narrower than rows that go. */
const MEMORY_LIMIT = { arriving: '300MB', leaving: '1GB' } as const;

export type RowsAre = keyof typeof MEMORY_LIMIT;

/** Lends a DuckDB and an empty folder for files on their way to or from a warehouse; both are gone afterwards. */
export async function withScratch<Result>(
  rowsAre: RowsAre,
  use: (connection: DuckDBConnection, folder: string) => Promise<Result>,
): Promise<Result> {
  const scratch = await openScratch(rowsAre);
  try {
    return await use(scratch.connection, scratch.folder);
  } finally {
    scratch.close();
  }
}

export interface Scratch {
  readonly connection: DuckDBConnection;
  readonly folder: string;
  close(): void;
}

/** The same for a reader that outlives a function call. */
export async function openScratch(rowsAre: RowsAre): Promise<Scratch> {
  const folder = mkdtempSync(join(tmpdir(), 'churn-scratch-'));
  const instance = await openDuckDbInstance({ file: ':memory:', memoryLimit: MEMORY_LIMIT[rowsAre] });
  const connection = await instance.connect();
  await connection.run('set preserve_insertion_order = false');
  await connection.run(`set temp_directory = ${sqlText(join(folder, 'spill'))}`);
  return {
    connection,
    folder,
    close() {
      connection.disconnectSync();
      instance.closeSync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
