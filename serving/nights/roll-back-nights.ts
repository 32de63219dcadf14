import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ChangeOutcome, TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import { appendedScores } from '../scores-mart/account-churn-scores.ts';
import { ensureScoresMart } from '../scores-mart/ensure-scores-mart.ts';
import { isErasureRun } from '../scores-mart/erasure-runs.ts';
import {
  ROLLED_BACK,
  type RolledBackRun,
  readRolledBackRuns,
  recordRolledBackRuns,
} from '../scores-mart/night-rollbacks.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import type { ScoredDate } from '../scores-mart/scored-date.ts';
import { type RecordedRun, readNightRuns } from './night-runs.ts';
import { scoresAsOfRuns } from './scores-as-of-runs.ts';

/** Who wants it, and why. */
export interface RollbackNote {
  readonly by: string;
  readonly reason: string;
}

export interface RollbackRequest extends RollbackNote {
  /** The night that is to be the latest: a run id, or enough of its beginning. Without it, the one before the last. */
  readonly to?: string | undefined;
  /** Without them, all tenants. */
  readonly tenantIds?: readonly TenantId[] | undefined;
  readonly rollbackId: string;
  readonly clock: () => Date;
}

/** What a rollback or its undoing did. */
export interface RollbackOutcome {
  readonly rollbackId: string;
  /** Run ids of the nights whose scores were taken back, or given back. */
  readonly nights: readonly string[];
  readonly tenantIds: readonly TenantId[];
  readonly asOfDates: readonly AsOfDate[];
  /** Revisions that were added so that the latest say what the nights before said. */
  readonly revisionsAdded: number;
}

/** One run that scored, as far as a rollback looks at it. */
type ScoredRun = RecordedRun & ScoredDate & { readonly finishedAt: Date };

/**
 * Takes back the scores of the last night, or of all nights after the one that is named. Their runs are marked, and where
 * an earlier run had scored the same day by the same version, revisions are added that say what it said. Nothing is removed.
 *
 * @throws BadInput for a night that is unknown or the last, or where nothing was scored
 */
export async function rollBackNights(
  warehouse: Warehouse,
  request: RollbackRequest,
): Promise<RollbackOutcome> {
  const { tenantIds, rollbackId, clock, by, reason } = request;
  await ensureScoresMart(warehouse);
  const runs = (await readNightRuns(warehouse)).filter(isScored);
  const nights = chosenNights(
    runs.filter((run) => !isErasureRun(run)),
    request,
  );
  const chosen = runs.filter(
    ({ runId, tenantId }) => nights.has(runId) && (tenantIds === undefined || tenantIds.includes(tenantId)),
  );
  if (chosen.length === 0)
    throw new BadInput({
      where: tenantIds === undefined ? 'the scores mart' : `tenant ${tenantIds.join(', ')}`,
      what: 'no scores of these nights are there to take back',
      remedy: 'see which nights there are with `churn nights list`',
    });
  // An erasure lists the scores of a run again; without that run there is nothing that it could list.
  const orphaned = runs.filter(
    (run) =>
      isErasureRun(run) &&
      chosen.some((one) => isSameDate(one, run)) &&
      !runs.some((one) => isSameDate(one, run) && !isErasureRun(one) && !chosen.includes(one)),
  );
  const rolledBack = [...chosen, ...orphaned];
  const at = clock();
  const changes = await changesFor(
    warehouse,
    rolledBack,
    runs.filter((run) => !rolledBack.includes(run)),
    { runId: `rollback-${rollbackId}`, at },
  );
  const records = rolledBack.map(
    (run): RolledBackRun => ({
      rollbackId,
      ...{ tenantId: run.tenantId, runId: run.runId, asOf: run.asOf },
      ...{ modelName: run.modelName, modelVersion: run.modelVersion },
      ...{ reason, requestedBy: by, rolledBackAt: at, finishedAt: null, undone: null },
    }),
  );
  const outcomes = await warehouse.write([
    ...changes,
    { mode: 'merge', table: scoreRuns, rows: rowSource(...rolledBack.map((run) => run.saying(ROLLED_BACK))) },
    recordRolledBackRuns(records),
  ]);
  return outcomeOf(records, insertedBy(outcomes.slice(0, changes.length)));
}

/**
 * Gives back the scores that the last rollback took.
 *
 * @throws BadInput where no rollback stands, or a night has scored its tenants since
 */
export async function undoRollback(
  warehouse: Warehouse,
  { by, reason, clock }: RollbackNote & { readonly clock: () => Date },
): Promise<RollbackOutcome> {
  await ensureScoresMart(warehouse);
  const standing = (await readRolledBackRuns(warehouse)).filter(({ undone }) => undone === null);
  const last = standing.at(-1);
  if (last === undefined)
    throw new BadInput({
      where: 'the scores mart',
      what: 'no rollback stands',
      remedy: 'see which nights there are with `churn nights list`',
    });
  const records = standing.filter(({ rollbackId }) => rollbackId === last.rollbackId);
  const all = await readNightRuns(warehouse);
  const since = all
    .filter(isScored)
    .find(
      (run) =>
        !isErasureRun(run) &&
        run.finishedAt > last.rolledBackAt &&
        records.some(({ tenantId }) => tenantId === run.tenantId),
    );
  if (since !== undefined)
    throw new BadInput({
      where: `rollback of ${last.rolledBackAt.toISOString()}`,
      what: `the night ${since.runId} has scored tenant ${since.tenantId} since`,
      remedy: 'roll that night back first, if its scores are not to stand',
    });
  const given = all.filter(
    (run): run is ScoredRun =>
      run.status === ROLLED_BACK &&
      records.some(({ tenantId, runId }) => tenantId === run.tenantId && runId === run.runId),
  );
  const at = clock();
  const changes = await changesFor(warehouse, given, [...all.filter(isScored), ...given], {
    runId: `undone-${last.rollbackId}`,
    at,
  });
  const undone = records.map(
    (record): RolledBackRun => ({ ...record, finishedAt: null, undone: { at, by, reason } }),
  );
  const outcomes = await warehouse.write([
    ...changes,
    { mode: 'merge', table: scoreRuns, rows: rowSource(...given.map((run) => run.saying('succeeded'))) },
    recordRolledBackRuns(undone),
  ]);
  return outcomeOf(undone, insertedBy(outcomes.slice(0, changes.length)));
}

/** A rollback, or an undoing, that services have not been shown yet since its process was stopped; null for none. */
export async function unfinishedRollback(warehouse: Warehouse): Promise<RollbackOutcome | null> {
  const runs = (await readRolledBackRuns(warehouse)).filter(({ finishedAt }) => finishedAt === null);
  const last = runs.at(-1);
  return last === undefined
    ? null
    : outcomeOf(
        runs.filter(({ rollbackId }) => rollbackId === last.rollbackId),
        0,
      );
}

/** Records that services were shown what a rollback or its undoing left. */
export async function finishRollback(warehouse: Warehouse, rollbackId: string, at: Date): Promise<void> {
  const runs = (await readRolledBackRuns(warehouse)).filter((run) => run.rollbackId === rollbackId);
  await warehouse.write([recordRolledBackRuns(runs.map((run) => ({ ...run, finishedAt: at })))]);
}

function chosenNights(runs: readonly ScoredRun[], { to, tenantIds }: RollbackRequest): ReadonlySet<string> {
  const inOrder = [...new Set(runs.toReversed().map(({ runId }) => runId))].reverse();
  const mine = new Set(
    runs
      .filter(({ tenantId }) => tenantIds === undefined || tenantIds.includes(tenantId))
      .map(({ runId }) => runId),
  );
  if (to === undefined) return new Set(inOrder.filter((runId) => mine.has(runId)).slice(-1));
  const meant = inOrder.filter((runId) => runId.startsWith(to));
  if (meant.length !== 1)
    throw new BadInput({
      where: `--to ${to}`,
      what: meant.length === 0 ? 'no night that stands has this id' : `it may mean ${meant.join(' or ')}`,
      remedy: 'take an id from `churn nights list`',
    });
  const after = inOrder.slice(inOrder.indexOf(meant[0]!) + 1);
  if (after.length === 0)
    throw new BadInput({
      where: `--to ${to}`,
      what: 'it is the last night, so there is none after it to take back',
      remedy: 'name an earlier one, or leave --to out to take the last night back',
    });
  return new Set(after);
}

/**
 * Revisions that leave of every day what other runs had scored, and of a day that none had scored nothing. Without those a later
 * run that finds the same scores there would leave them to a night that was taken back.
 */
async function changesFor(
  warehouse: Warehouse,
  touched: readonly ScoredRun[],
  standing: readonly ScoredRun[],
  by: { readonly runId: string; readonly at: Date },
): Promise<readonly TableChange[]> {
  const changes: TableChange[] = [];
  const seen = new Set<string>();
  for (const run of touched) {
    const { tenantId, asOf, modelName, modelVersion } = run;
    const date = { asOf, modelName, modelVersion };
    const key = JSON.stringify([tenantId, date]);
    const kept = standing.filter((one) => isSameDate(one, run) && !isErasureRun(one));
    if (seen.has(key)) continue;
    seen.add(key);
    const runIds = new Set(kept.map(({ runId }) => runId));
    const rows = await scoresAsOfRuns(tenantReader(warehouse, tenantId), date, runIds, by);
    if (rows.some(({ rowCount }) => rowCount > 0)) changes.push(appendedScores([tenantId], date, rows));
  }
  return changes;
}

/** Rows that are equal to the latest are given, and not added. */
function insertedBy(outcomes: readonly ChangeOutcome[]): number {
  return outcomes.reduce((sum, { inserted }) => sum + inserted, 0);
}

function isScored(run: RecordedRun): run is ScoredRun {
  return run.status === 'succeeded' && run.isChampions && run.asOf !== null && run.finishedAt !== null;
}

function isSameDate(one: ScoredRun, other: ScoredRun): boolean {
  return (
    one.tenantId === other.tenantId &&
    one.asOf === other.asOf &&
    one.modelName === other.modelName &&
    one.modelVersion === other.modelVersion
  );
}

function outcomeOf(runs: readonly RolledBackRun[], revisionsAdded: number): RollbackOutcome {
  return {
    rollbackId: runs[0]!.rollbackId,
    nights: [...new Set(runs.filter((run) => !isErasureRun(run)).map(({ runId }) => runId))],
    tenantIds: [...new Set(runs.map(({ tenantId }) => tenantId))].sort(),
    asOfDates: [...new Set(runs.map(({ asOf }) => asOf))].sort(),
    revisionsAdded,
  };
}
