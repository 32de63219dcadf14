import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { contentKey } from './content-key.ts';
import type { PreparedSplit } from './prepared-split.ts';
import { withDuckDb } from './with-duckdb.ts';

const TEST_SHARE = 0.2;

export interface TableWithoutTime {
  readonly set: string;
  /** CSV whose column `churn` says Yes or No. */
  readonly file: string;
  readonly folder: string;
  readonly seeds: readonly number[];
}

/** A fifth of those that churned and a fifth of those that stayed are the test, other ones for each seed. */
export async function prepareRandomSplits(table: TableWithoutTime): Promise<readonly PreparedSplit[]> {
  const { set, file, folder, seeds } = table;
  const home = join(folder, `${set}-${await contentKey([import.meta.filename, file])}`);
  const splits = seeds.map((seed): PreparedSplit & { folder: string } => {
    const of = join(home, `seed-${seed}`);
    return {
      set,
      seed,
      folder: of,
      train: join(of, 'train.parquet'),
      test: join(of, 'test.parquet'),
      hasAsOf: false,
    };
  });
  const missing = splits.filter((split) => !existsSync(split.test));
  if (missing.length > 0)
    await withDuckDb(async (connection) => {
      await connection.run(`
        create table accounts as
        select 'account-' || row_number() over () as account_id, * exclude (churn),
               cast(churn as tinyint) as churned
        from read_csv('${file}', header = true, sample_size = -1)`);
      for (const split of missing) await cut(connection, split);
    });
  return splits;
}

async function cut(
  connection: DuckDBConnection,
  { seed, folder, train, test }: PreparedSplit & { folder: string },
) {
  await mkdir(folder, { recursive: true });
  await connection.run(`
    create or replace table placed as
    select *, row_number() over (partition by churned order by md5('${seed}/' || account_id))
              <= ${TEST_SHARE} * count(*) over (partition by churned) as is_test
    from accounts`);
  for (const [out, kept] of [
    [train, 'not is_test'],
    [test, 'is_test'],
  ] as const) {
    await connection.run(`
      copy (select * exclude (is_test) from placed where ${kept} order by cast(substr(account_id, 9) as integer))
      to '${out}.partial' (format parquet)`);
    await rename(`${out}.partial`, out);
  }
}
