import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { stageChange } from '../duckdb/stage-change.ts';
import type { TableChange } from '../warehouse.ts';
import { writtenColumn } from './snowflake-types.ts';

const FILE_BYTES = 64 * 1024 * 1024;

/** A change whose rows are checked and lie in files on this machine's disk. */
export interface PreparedChange {
  readonly change: TableChange;
  readonly folder: string;
  readonly read: number;
}

/** Checks a change's rows here, before anything is sent, and writes them as Parquet. */
export async function prepareChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
  folder: string,
): Promise<PreparedChange> {
  const { staging, read } = await stageChange(connection, change, index);
  const target = join(folder, `change-${index}`);
  mkdirSync(target);
  if (read > 0) {
    const columns = change.table.columns.map(writtenColumn).join(', ');
    await connection.run(
      `copy (select ${columns} from ${staging}) to ${sqlText(join(target, 'rows'))} (format parquet, compression zstd, file_size_bytes ${FILE_BYTES})`,
    );
  }
  await connection.run(`drop table ${staging}`);
  return { change, folder: join(target, 'rows'), read };
}
