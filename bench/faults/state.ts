import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AsOfDate, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowsOfBatches, type SmallRow } from '../../features/warehouse/rows-of-batches.ts';
import type { ReadableWarehouse, TableDefinition } from '../../features/warehouse/warehouse.ts';
import { unusedPublishedFiles } from '../../serving/published/sweep-published-nights.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { buildRuns } from '../../serving/scores-mart/build-runs.ts';
import { importRuns } from '../../serving/scores-mart/import-runs.ts';
import { nightSteps } from '../../serving/scores-mart/night-steps.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';
import { trainingRuns } from '../../serving/scores-mart/training-runs.ts';

/** What a home holds, as somebody who opens it finds it. */
export interface HomeState {
  /** Score rows by `tenant day`, from the newest `days` on. */
  readonly scores: ReadonlyMap<string, number>;
  /** When a succeeded run of `tenant day` ended first, milliseconds. */
  readonly landed: ReadonlyMap<string, number>;
  /** Score rows whose key is there twice. */
  readonly doubled: number;
  /** Score rows of an account that is not the tenant's. */
  readonly misplaced: number;
  /** Steps, imports, builds, runs and trainings that say they are at work. */
  readonly running: readonly string[];
  /** The newest day of each tenant in the night that services read; null where none is published. */
  readonly published: ReadonlyMap<string, AsOfDate> | null;
}

/**
 * @param accounts `tenant account` of every account there is
 */
export async function readState(home: string, accounts: ReadonlySet<string>): Promise<HomeState> {
  const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb'), readOnly: true });
  try {
    const keys = ['tenant_id', 'account_id', 'as_of_date', 'model_name', 'model_version'];
    const scored = await rows(warehouse, accountChurnScores, keys.concat(revisionColumn()));
    const seen = new Set<string>();
    const scores = new Map<string, Set<string>>();
    let [doubled, misplaced] = [0, 0];
    for (const row of scored) {
      const key = Object.values(row).join(' ');
      if (seen.has(key)) doubled += 1;
      seen.add(key);
      const isOperators = row.tenant_id === 'platform';
      if (!isOperators && !accounts.has(`${row.tenant_id} ${row.account_id}`)) misplaced += 1;
      const tenantDay = `${row.tenant_id} ${fromEpochDay(Number(row.as_of_date))}`;
      const ids = scores.get(tenantDay) ?? new Set();
      ids.add(String(row.account_id));
      scores.set(tenantDay, ids);
    }
    return {
      scores: new Map([...scores].map(([tenantDay, ids]) => [tenantDay, ids.size])),
      landed: await landedRuns(warehouse),
      doubled,
      misplaced,
      running: await runningRecords(warehouse),
      published: publishedDays(home),
    };
  } finally {
    await warehouse.close();
  }
}

/** Scores of one day are told apart by revision where the mart keeps revisions. */
function revisionColumn(): string[] {
  return accountChurnScores.columns.some(({ name }) => name === 'revision') ? ['revision'] : [];
}

async function landedRuns(warehouse: ReadableWarehouse): Promise<ReadonlyMap<string, number>> {
  const landed = new Map<string, number>();
  for (const run of await rows(warehouse, scoreRuns, ['tenant_id', 'as_of_date', 'status', 'finished_at'])) {
    if (run.status !== 'succeeded' || run.as_of_date === null) continue;
    const key = `${run.tenant_id} ${fromEpochDay(Number(run.as_of_date))}`;
    landed.set(key, Math.min(landed.get(key) ?? Number.POSITIVE_INFINITY, Number(run.finished_at)));
  }
  return landed;
}

async function runningRecords(warehouse: ReadableWarehouse): Promise<string[]> {
  const found: string[] = [];
  for (const table of [importRuns, buildRuns, scoreRuns, trainingRuns, nightSteps]) {
    if ((await warehouse.describe(table.relation)).length === 0) continue;
    const columns = table === nightSteps ? ['status', 'step'] : ['status'];
    for (const { status, step } of await rows(warehouse, table, columns))
      if (status === 'running') found.push(`${table.relation.name}${step === undefined ? '' : ` ${step}`}`);
  }
  return found;
}

function publishedDays(home: string): ReadonlyMap<string, AsOfDate> | null {
  const pointer = join(home, 'published', 'current.json');
  if (!existsSync(pointer)) return null;
  const { night } = JSON.parse(readFileSync(pointer, 'utf8')) as { readonly night: string };
  const manifest = JSON.parse(readFileSync(join(home, 'published', 'nights', `${night}.json`), 'utf8')) as {
    readonly scores: readonly {
      readonly as_of_date: AsOfDate;
      readonly tenant_group: string;
      readonly file: string;
    }[];
  };
  const newest = new Map<string, AsOfDate>();
  for (const { as_of_date, tenant_group, file } of manifest.scores) {
    if (!existsSync(join(home, 'published', file))) throw new Error(`${file} is published and not there`);
    if (as_of_date > (newest.get(tenant_group) ?? '')) newest.set(tenant_group, as_of_date);
  }
  return newest;
}

/** Temporary folders of the command, published files that no night refers to, and unfinished files. */
export function leftBehind(home: string): readonly string[] {
  const temporary = readdirSync(join(home, '..', 'temporary')).filter((name) => name.startsWith('churn-'));
  const unfinished = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)\.(partial|incoming)-|\.(part|partial)$|churn-(scratch|import)-/.test(name),
  );
  return [...unusedPublishedFiles(join(home, 'published'), 14), ...temporary, ...unfinished];
}

async function rows(
  warehouse: ReadableWarehouse,
  { relation }: TableDefinition,
  columns: readonly string[],
): Promise<SmallRow[]> {
  return rowsOfBatches(warehouse.read({ relation, columns, where: [] }));
}
