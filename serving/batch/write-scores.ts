import { rowSource } from '../../features/warehouse/row-source.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import { appendedScores } from '../scores-mart/account-churn-scores.ts';
import { columnBatchOfScoreRuns } from '../scores-mart/column-batch-of-score-runs.ts';
import { textsOf } from '../scores-mart/column-values.ts';
import { type LatestRevision, readLatestRevisions } from '../scores-mart/latest-revisions.ts';
import { rowsSaying } from '../scores-mart/rows-saying.ts';
import { type RowsWritten, type ScoreRun, scoreRuns } from '../scores-mart/score-runs.ts';
import type { ScoredDate } from '../scores-mart/scored-date.ts';
import { scoredFeatures } from '../scores-mart/scored-features.ts';
import { noLongerScored, withdrawingRows } from './withdrawn-scores.ts';
import { readWrittenRevisions, type WrittenRevisions } from './written-revisions.ts';

/** A tenant's scores and the run they belong to: they are written together or not at all. */
export interface ScoresToWrite {
  readonly run: ScoreRun;
  readonly batch: ColumnBatch;
  /** What was scored, as rows of `scores.scored_features`. */
  readonly inputs: ColumnBatch;
}

/** What writing did for one tenant: what it added, or the error that kept the old state. */
export type WriteOutcome =
  | { readonly rowsWritten: RowsWritten; readonly revisions: WrittenRevisions }
  | { readonly error: unknown };

/** Tenants with the same as-of date and model: one change for all of them costs little more than for one. */
interface WrittenTogether {
  readonly date: ScoredDate;
  readonly tenants: readonly ScoresToWrite[];
}

/**
 * Writes the scores and runs of several tenants in one transaction: a reader, also after a crash, sees all of them as
 * they were or all as they are now. What is there stays: a score that differs from the one before it is a further revision,
 * and one whose account is not scored any more is withdrawn by a revision. When it fails, each tenant gets a transaction of its own, so that one bad tenant
 * does not hold back the others.
 *
 * @returns one outcome per tenant, in order
 */
export async function writeScores(
  warehouse: Warehouse,
  tenants: readonly ScoresToWrite[],
): Promise<readonly WriteOutcome[]> {
  if (tenants.length === 0) return [];
  const runs = tenants.map(({ run }) => run);
  const groups = byDateAndModel(tenants);
  try {
    const changes: TableChange[] = [];
    for (const group of groups) changes.push(...(await scoresChanges(warehouse, group)));
    await warehouse.write([...changes, runsChange(runs)]);
    const added = new Map<ScoreRun, WrittenRevisions>();
    for (const group of groups)
      for (const [run, revisions] of await readAdded(warehouse, group)) added.set(run, revisions);
    return tenants.map(({ run, batch }) => outcomeOf(batch, added.get(run)));
  } catch (error) {
    if (tenants.length === 1) return [{ error }];
    const outcomes: WriteOutcome[] = [];
    for (const tenant of tenants) outcomes.push(...(await writeScores(warehouse, [tenant])));
    return outcomes;
  }
}

function byDateAndModel(tenants: readonly ScoresToWrite[]): WrittenTogether[] {
  const groups = new Map<string, { date: ScoredDate; tenants: ScoresToWrite[] }>();
  for (const tenant of tenants) {
    const { asOf, modelName, modelVersion } = tenant.run;
    const date = { asOf: asOf!, modelName: modelName!, modelVersion: modelVersion! };
    const key = JSON.stringify(date);
    const alike = groups.get(key);
    if (alike === undefined) groups.set(key, { date, tenants: [tenant] });
    else alike.tenants.push(tenant);
  }
  return [...groups.values()];
}

/** Writes runs that have no rows to write, or whose rows are written and now counted. */
export async function recordRuns(warehouse: Warehouse, runs: readonly ScoreRun[]): Promise<void> {
  if (runs.length > 0) await warehouse.write([runsChange(runs)]);
}

async function scoresChanges(
  warehouse: Warehouse,
  { date, tenants }: WrittenTogether,
): Promise<TableChange[]> {
  const tenantIds = tenants.map(({ run }) => run.tenantId);
  const latest = await readLatestRevisions(acrossTenants(warehouse, 'batch scoring'), date, [
    { column: 'tenant_id', is: 'in', value: tenantIds },
  ]);
  const withdrawals: ColumnBatch[] = [];
  const inputs: ColumnBatch[] = [];
  for (const { run, batch, inputs: scored } of tenants) {
    const ofTenant = latest.get(run.tenantId);
    inputs.push(ofTenant === undefined ? scored : newInputs(scored, ofTenant));
    if (ofTenant === undefined) continue;
    const gone = noLongerScored(ofTenant, textsOf(batch, 'account_id'));
    const by = { runId: run.runId, at: run.finishedAt ?? run.startedAt };
    const reader = tenantReader(warehouse, run.tenantId);
    withdrawals.push(...(await withdrawingRows(reader, date, ofTenant, gone, by)));
  }
  return [
    { mode: 'merge', table: scoredFeatures, rows: rowSource(...inputs) },
    appendedScores(tenantIds, date, [...tenants.map(({ batch }) => batch), ...withdrawals]),
  ];
}

/** Inputs that the latest scores were not made from: the others are kept already. */
function newInputs(inputs: ColumnBatch, latest: ReadonlyMap<string, LatestRevision>): ColumnBatch {
  const [accountIds, hashes] = [textsOf(inputs, 'account_id'), textsOf(inputs, 'feature_hash')];
  const isNew = (row: number) => latest.get(accountIds[row]!)?.featureHash !== hashes[row];
  return rowsSaying(inputs, Array.from(accountIds, (_, row) => row).filter(isNew), {});
}

async function readAdded(
  warehouse: Warehouse,
  { date, tenants }: WrittenTogether,
): Promise<ReadonlyMap<ScoreRun, WrittenRevisions>> {
  const { runId } = tenants[0]!.run;
  const tenantIds = tenants.map(({ run }) => run.tenantId);
  const added = await readWrittenRevisions(acrossTenants(warehouse, 'batch scoring'), date, tenantIds, runId);
  return new Map(
    tenants.flatMap(({ run }) => {
      const revisions = added.get(run.tenantId);
      return revisions === undefined ? [] : [[run, revisions] as const];
    }),
  );
}

function outcomeOf(
  { rowCount }: ColumnBatch,
  revisions: WrittenRevisions = { inserted: [], revised: [], withdrawn: [] },
): WriteOutcome {
  const [inserted, revised] = [revisions.inserted.length, revisions.revised.length];
  return {
    rowsWritten: {
      inserted,
      revised,
      unchanged: rowCount - inserted - revised,
      withdrawn: revisions.withdrawn.length,
    },
    revisions,
  };
}

function runsChange(runs: readonly ScoreRun[]): TableChange {
  return { mode: 'merge', table: scoreRuns, rows: rowSource(columnBatchOfScoreRuns(runs)) };
}
