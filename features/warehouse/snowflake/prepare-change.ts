import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { stageChange } from '../duckdb/stage-change.ts';
import type { TableChange } from '../warehouse.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import { sentColumn, writtenColumn } from './snowflake-types.ts';

const FILE_BYTES = 16 * 1024 * 1024;
/** Far below what Snowflake takes: 16,384 values in a list, and a megabyte of text. */
const CELLS_SENT_IN_STATEMENT = 2_000;

/** A change whose rows are checked and lie in files on this machine's disk, or in memory where they are few. */
export interface PreparedChange {
  readonly change: TableChange;
  readonly rows: { readonly folder: string } | { readonly texts: readonly (readonly (string | null)[])[] };
  readonly read: number;
}

/** Checks a change's rows here, before anything is sent, and writes them as Parquet. */
export async function prepareChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
  folder: string,
  { cellsSentInStatement = CELLS_SENT_IN_STATEMENT }: SnowflakeOptions,
): Promise<PreparedChange> {
  const { staging, read } = await stageChange(connection, change, index);
  const { columns } = change.table;
  const target = join(folder, `change-${index}`);
  try {
    if (read > 0 && read * columns.length <= cellsSentInStatement) {
      const staged = await connection.runAndReadAll(
        `select ${columns.map(sentColumn).join(', ')} from ${staging}`,
      );
      return { change, rows: { texts: staged.getRows() as (string | null)[][] }, read };
    }
    mkdirSync(target);
    if (read > 0)
      await connection.run(
        `copy (select ${columns.map(writtenColumn).join(', ')} from ${staging}) to ${sqlText(join(target, 'rows'))} (format parquet, compression zstd, file_size_bytes ${FILE_BYTES})`,
      );
    return { change, rows: { folder: join(target, 'rows') }, read };
  } finally {
    await connection.run(`drop table ${staging}`);
  }
}
