import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ChurnDefinition, prepareOulad } from '../../examples/oulad/prepare.ts';
import { contentKey } from './content-key.ts';
import type { PreparedSplit } from './prepared-split.ts';
import { runChurn } from './run-churn.ts';
import { withDuckDb } from './with-duckdb.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What turns the published tables into features: a change of any makes other columns. */
const MADE_BY = ['examples/oulad/prepare.ts', 'features/dbt/compiled'].map((path) => join(ROOT, path));

export interface OuladTask {
  readonly set: string;
  readonly churn: ChurnDefinition;
  /** Training takes every so manieth of the weekly as-of dates; the test takes all. */
  readonly everyWeeks: number;
}

/**
 * Features and 30-day labels of the project's own marts, as `churn features extract` gives them, so that everyone learns
 * from the very same columns. The 2013 presentations train, 2014B's test.
 */
export async function prepareOuladSplit(
  { set, churn, everyWeeks }: OuladTask,
  data: string,
  folder: string,
): Promise<readonly PreparedSplit[]> {
  const marts = join(folder, `oulad-marts-${churn}-${await contentKey([...MADE_BY, data], churn)}`);
  const home = join(marts, `every-${everyWeeks}-weeks`);
  const split: PreparedSplit = {
    set,
    seed: 1,
    train: join(home, 'train.parquet'),
    test: join(home, 'test.parquet'),
    hasAsOf: true,
  };
  if (existsSync(split.train) && existsSync(split.test)) return [split];
  const snapshot = await extractedSnapshot(churn, data, marts);
  await mkdir(home, { recursive: true });
  await writeTable(
    snapshot,
    split.train,
    String.raw`tenant_id like '%\_2013_' escape '\' and (as_of_date - date '1970-01-07') // 7 % ${everyWeeks} = 0`,
  );
  await writeTable(snapshot, split.test, String.raw`tenant_id like '%\_2014B' escape '\'`);
  return [split];
}

interface Snapshot {
  readonly features: string;
  readonly labels: string;
}

async function extractedSnapshot(churn: ChurnDefinition, data: string, marts: string): Promise<Snapshot> {
  const snapshot = { features: join(marts, 'features.parquet'), labels: join(marts, 'labels.parquet') };
  if (existsSync(snapshot.features) && existsSync(snapshot.labels)) return snapshot;
  const home = join(marts, 'home');
  await rm(home, { recursive: true, force: true });
  console.error(`building the marts of OULAD for ${churn} churn`);
  const files = await prepareOulad(data, join(home, 'import'), churn);
  await runChurn(home, 'import', 'accounts', files.accounts);
  await runChurn(home, 'import', 'subscriptions', files.subscriptions);
  await runChurn(home, 'import', 'tenant-settings', files.tenantSettings);
  await runChurn(home, 'import', 'events', files.events);
  await runChurn(home, 'features', 'build');
  const { directory } = z
    .object({ directory: z.string() })
    .parse(JSON.parse(await runChurn(home, 'features', 'extract', '--json')));
  await rename(join(directory, 'features.parquet'), snapshot.features);
  await rename(join(directory, 'labels.parquet'), snapshot.labels);
  await rm(home, { recursive: true });
  return snapshot;
}

function writeTable({ features, labels }: Snapshot, file: string, kept: string): Promise<void> {
  return withDuckDb(async (connection) => {
    await connection.run(`
      copy (
        select tenant_id || '/' || account_id as account_id, as_of_date,
               features.* exclude (tenant_id, account_id, as_of_date),
               cast(churned_30d as tinyint) as churned
        from read_parquet('${features}') as features
        join read_parquet('${labels}') as labels using (tenant_id, account_id, as_of_date)
        where churned_30d is not null and ${kept}
        order by tenant_id, account_id, as_of_date
      ) to '${file}.partial' (format parquet)`);
    await rename(`${file}.partial`, file);
  });
}
