import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { ensureScoresMart } from '../scores-mart/ensure-scores-mart.ts';
import { landScores, recordRuns, type ScoresToLand } from './land-scores.ts';
import { beginNight, type Night, type NightInputs } from './night.ts';
import { type NightReport, reportNight } from './night-report.ts';
import { NothingToScore } from './nothing-to-score.ts';
import { planNight, type TenantPlan } from './plan-night.ts';
import { scoreGroup, type TenantGroup } from './score-group.ts';
import { startedRun, type TenantOutcome, unscoredOutcome } from './tenant-outcome.ts';

/** So many tenants share a query; more would only make a failure's repetition dearer. */
const TENANTS_PER_GROUP = 64;

/**
 * A night lands in one transaction, so that a crash leaves the whole night's old scores or its new ones. Beyond so
 * many rows memory matters more, and it lands in several, each of whole tenants.
 */
const ROWS_PER_LANDING = 200_000;

export interface NightOptions extends NightInputs {
  /** Without it, each tenant's latest as-of date. */
  readonly asOf?: AsOfDate | undefined;
  readonly onProgress?: (progress: NightProgress) => void;
  /** Told of every tenant that was not scored, and why. */
  readonly log: (line: string) => void;
}

export interface NightProgress {
  readonly tenantsDone: number;
  readonly tenantsTotal: number;
  readonly rowsScored: number;
}

/**
 * The nightly batch: scores every tenant with its champion and lands the scores in the mart. A tenant that is
 * refused or fails is recorded and told, and the night goes on; killed at any moment it leaves the old scores or the
 * new ones. Done again with the same model and features it changes no score row.
 *
 * @throws Failure only when nothing can be scored: unknown tenant or date, no marts, warehouse gone
 */
export async function scoreNight(options: NightOptions): Promise<NightReport> {
  const { warehouse, runId, featureSet, clock, onProgress, log } = options;
  const startedAt = clock();
  const started = performance.now();
  const plans = await planNight(warehouse, options);
  await ensureScoresMart(warehouse);
  const night = await beginNight(options);
  await recordRuns(
    warehouse,
    plans.map((plan) => startedRun(plan, runId, featureSet, startedAt)),
  );

  const outcomes = plans
    .filter(({ asOf }) => asOf === null)
    .map((plan) => {
      const { tenantId, isOutsideItsDates } = plan;
      // A tenant that has left, or had not come yet, is missing from a night by nature.
      const isExpected =
        options.tenantIds !== undefined || (!isOutsideItsDates && night.isExpected(tenantId));
      const run = startedRun(plan, runId, featureSet, startedAt);
      return unscoredOutcome(run, withoutFeatures(tenantId, options), isExpected, clock());
    });
  const ready: ScoresToLand[] = [];
  let tenantsDone = outcomes.length;
  let rowsScored = 0;
  for (const group of groupsOf(plans)) {
    const { scored, unscored } = await scoreGroup(night, group, (rows) => {
      tenantsDone += 1;
      rowsScored += rows;
      onProgress?.({ tenantsDone, tenantsTotal: plans.length, rowsScored });
    });
    outcomes.push(...unscored);
    ready.push(...scored);
    if (rowCountOf(ready) >= ROWS_PER_LANDING) outcomes.push(...(await land(night, ready.splice(0))));
  }
  outcomes.push(...(await land(night, ready)));
  outcomes.sort((a, b) => (a.run.tenantId < b.run.tenantId ? -1 : 1));
  for (const outcome of outcomes) tell(outcome, log);
  await recordRuns(
    warehouse,
    outcomes.map(({ run }) => run),
  );
  return reportNight(runId, startedAt, (performance.now() - started) / 1000, outcomes);
}

async function land(night: Night, scores: readonly ScoresToLand[]): Promise<TenantOutcome[]> {
  const landings = await landScores(night.warehouse, scores);
  return scores.map(({ run }, index) => {
    const landing = landings[index]!;
    if ('error' in landing)
      return unscoredOutcome(run, landing.error, night.isExpected(run.tenantId), night.clock());
    return { run: { ...run, rowsWritten: landing.rowsWritten }, exitCode: 0, isSkipped: false };
  });
}

function rowCountOf(scores: readonly ScoresToLand[]): number {
  return scores.reduce((rows, { batch }) => rows + batch.rowCount, 0);
}

/** Tenants with the same dates together, so many at a time. Those without a date are in no group. */
function groupsOf(plans: readonly TenantPlan[]): TenantGroup[] {
  const byDates = new Map<string, TenantPlan[]>();
  for (const plan of plans) {
    const dates = `${plan.asOf} ${plan.previousAsOf}`;
    const alike = byDates.get(dates);
    if (alike === undefined) byDates.set(dates, [plan]);
    else alike.push(plan);
  }
  const groups: TenantGroup[] = [];
  for (const alike of byDates.values()) {
    const { asOf, previousAsOf } = alike[0]!;
    if (asOf === null) continue;
    for (let at = 0; at < alike.length; at += TENANTS_PER_GROUP)
      groups.push({ asOf, previousAsOf, plans: alike.slice(at, at + TENANTS_PER_GROUP) });
  }
  return groups;
}

function withoutFeatures(tenantId: TenantId, { asOf }: NightOptions): NothingToScore {
  return new NothingToScore({
    where: `tenant ${tenantId}`,
    what: `no account has features ${asOf === undefined ? 'at any as-of date' : `at ${asOf}`}`,
    remedy: 'import its accounts and events and run `churn features build`',
  });
}

function tell({ run, isSkipped }: TenantOutcome, log: (line: string) => void): void {
  if (run.status !== 'succeeded') log(`${isSkipped ? 'skipped' : run.status}: ${run.error}`);
}
