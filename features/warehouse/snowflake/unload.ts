import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { reasonOf } from '../../contract/failure.ts';
import { sqlText } from '../duckdb/duckdb-types.ts';
import type { SqlStatement } from '../sql-dialect.ts';
import { reportedNumber } from './reported-number.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession } from './snowflake-session.ts';
import { withExchange } from './with-exchange.ts';
import { withLiterals } from './with-literals.ts';

/** Bytes of one unloaded file. The client decrypts a file faster than a slow disk can write it, so files stay small. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/**
 * Brings a selection's rows to the local disk: they are unloaded to Parquet on the user's stage, downloaded and counted.
 *
 * @returns how many rows arrived, and the glob of their files; null instead of the glob when there are none
 */
export async function unload(
  session: SnowflakeSession,
  options: SnowflakeOptions,
  connection: DuckDBConnection,
  folder: string,
  select: SqlStatement,
): Promise<{ readonly rowCount: number; readonly files: string | null }> {
  return withExchange(session, options, async (stage) => {
    const unloaded = await session.execute(
      `copy into ${stage} from (${withLiterals(select)}) file_format = (type = parquet) header = true max_file_size = ${MAX_FILE_BYTES}`,
    );
    const expected = reportedNumber(unloaded, 'rows_unloaded', session);
    if (expected === 0) return { rowCount: 0, files: null };
    const target = mkdtempSync(join(folder, 'unloaded-'));
    await session.transfer(`get ${stage} ${sqlText(`file://${target}/`)}`, 'DOWNLOADED');
    const files = join(target, '*.parquet');
    const found = await rowsIn(connection, files, session);
    if (found !== expected)
      throw session.transient(
        `${found} rows arrived of ${expected} that were unloaded (query id ${unloaded.queryId})`,
      );
    return { rowCount: found, files };
  });
}

async function rowsIn(
  connection: DuckDBConnection,
  files: string,
  session: SnowflakeSession,
): Promise<number> {
  try {
    const result = await connection.runAndReadAll(
      `select num_rows from parquet_file_metadata(${sqlText(files)})`,
    );
    return result.getRows().reduce((sum, [rows]) => sum + Number(rows), 0);
  } catch (error) {
    throw session.transient(`a downloaded file cannot be read (${reasonOf(error)})`);
  }
}
