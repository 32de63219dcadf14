import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeTemporaryFolder } from '../../temporary/temporary-folder.ts';
import { sqlText } from './duckdb-types.ts';
import { engineMemory } from './engine-memory.ts';
import { openDuckDbInstance } from './open-duckdb.ts';

/** Rows arrive from a warehouse, leave for one, or are read from a file. Only the last keep their order. */
export type ScratchUse = 'arriving' | 'leaving' | 'reading';

const PASSING_MEGABYTES = 400;

/** @example lesserLimit('1500MB') // '400MB' */
function lesserLimit(limit: string): string {
  const megabytes = Number.parseFloat(limit) * (limit.endsWith('GB') ? 1000 : 1);
  return megabytes < PASSING_MEGABYTES ? limit : `${PASSING_MEGABYTES}MB`;
}

/** Lends a DuckDB in memory and an empty folder for files; both are gone afterwards. */
export async function withScratch<Result>(
  use: ScratchUse,
  work: (connection: DuckDBConnection, folder: string) => Promise<Result>,
): Promise<Result> {
  const scratch = await openScratch(use);
  try {
    return await work(scratch.connection, scratch.folder);
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
export async function openScratch(use: ScratchUse): Promise<Scratch> {
  const { spillFolder } = engineMemory();
  const firstMade = mkdirSync(spillFolder, { recursive: true });
  const folder = makeTemporaryFolder(spillFolder, 'scratch');
  const instance = await openDuckDbInstance({ file: ':memory:' });
  const connection = await instance.connect();
  if (use !== 'reading') {
    // Rows that pass through need not be held, and each thread holds a group of rows of its own beside the limit.
    await connection.run(`set memory_limit = ${sqlText(lesserLimit(engineMemory().limit))}`);
    await connection.run('set threads = 1');
  }
  if (use !== 'reading') await connection.run('set preserve_insertion_order = false');
  await connection.run(`set temp_directory = ${sqlText(join(folder, 'spill'))}`);
  return {
    connection,
    folder,
    close() {
      connection.disconnectSync();
      instance.closeSync();
      rmSync(folder, { recursive: true, force: true });
      if (firstMade !== undefined) removeEmpty(spillFolder, firstMade);
    },
  };
}

/** Work on a file alone leaves no home behind. Removes folders from the innermost out, until one holds something. */
function removeEmpty(innermost: string, outermost: string): void {
  try {
    for (let folder = innermost; folder.length >= outermost.length; folder = dirname(folder))
      rmdirSync(folder);
  } catch {
    // Something else is in use there by now.
  }
}
