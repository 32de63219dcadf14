import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { GateRefused } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { ensureScoresMart } from '../scores-mart/ensure-scores-mart.ts';
import { featureWordsChange } from '../scores-mart/feature-words.ts';
import { beginNight, type Night, type NightInputs } from './night.ts';
import type { NightPart } from './night-part.ts';
import { type NightReport, reportNight } from './night-report.ts';
import { NothingToScore } from './nothing-to-score.ts';
import { planNight, type TenantPlan } from './plan-night.ts';
import { scoreGroup, type TenantGroup } from './score-group.ts';
import { startedRun, type TenantOutcome, unscoredOutcome } from './tenant-outcome.ts';
import type { Withheld } from './withheld.ts';
import { recordRuns, type ScoresToWrite, writeScores } from './write-scores.ts';

/** Tenants that share a statement; a list of values may not be much longer. Those of one that fails are read in smaller groups. */
const TENANTS_PER_GROUP = 2_000;
/** A group's scores are held until they are written. */
const ROWS_PER_GROUP = 100_000;
/** Nobody knows how many accounts it has. */
const ROWS_OF_A_NEW_TENANT = 1_000;

/**
 * A night is written in one transaction, so that a crash leaves all of its old scores or all of its new ones. A night
 * with more rows than this would hold too much memory: it is written in several transactions, each of whole tenants.
 */
const ROWS_PER_TRANSACTION = 200_000;

export interface NightOptions extends NightInputs {
  /** Without it, each tenant's latest as-of date. */
  readonly asOf?: AsOfDate | undefined;
  /** Other parts are other processes' work. */
  readonly part?: NightPart | undefined;
  /** Tenants that keep their old scores tonight. */
  readonly withheld?: ReadonlyMap<TenantId, Withheld>;
  readonly onProgress?: (progress: NightProgress) => void;
  /** One line for every tenant that was not scored, with the reason. */
  readonly log: (line: string) => void;
}

export interface NightProgress {
  readonly tenantsDone: number;
  readonly tenantsTotal: number;
  readonly rowsScored: number;
}

/**
 * The nightly batch: scores every tenant with its champion and writes the scores to the mart. A tenant that is
 * refused or fails is recorded and logged, and the night goes on. Killed at any moment, it leaves the old scores or the
 * new ones. Run again with the same model and features, it adds no score row.
 *
 * @throws Failure only when nothing can be scored: unknown tenant or date, no marts, warehouse gone
 */
export async function scoreNight(options: NightOptions): Promise<NightReport> {
  const {
    warehouse,
    runId,
    featureSet,
    clock,
    onProgress,
    log,
    withheld = new Map<TenantId, Withheld>(),
  } = options;
  const startedAt = clock();
  const started = performance.now();
  const plans = await planNight(warehouse, options);
  await ensureScoresMart(warehouse);
  // Before any score that needs them.
  await warehouse.write([featureWordsChange(featureSet)]);
  const night = await beginNight(options, plans);
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
  for (const plan of plans) {
    const held = withheld.get(plan.tenantId);
    if (plan.asOf === null || held === undefined) continue;
    const run = { ...startedRun(plan, runId, featureSet, startedAt), gates: held.gates };
    outcomes.push(unscoredOutcome(run, withheldTenant(plan.tenantId, held.reason), true, clock()));
  }
  const ready: ScoresToWrite[] = [];
  let tenantsDone = outcomes.length;
  let rowsScored = 0;
  const toScore = plans.filter(({ tenantId }) => !withheld.has(tenantId));
  for (const group of groupsOf(toScore, night.rowsOfRunBefore)) {
    const { scored, unscored } = await scoreGroup(night, group, (rows) => {
      tenantsDone += 1;
      rowsScored += rows;
      onProgress?.({ tenantsDone, tenantsTotal: plans.length, rowsScored });
    });
    outcomes.push(...unscored);
    ready.push(...scored);
    if (rowCountOf(ready) >= ROWS_PER_TRANSACTION) outcomes.push(...(await write(night, ready.splice(0))));
  }
  outcomes.push(...(await write(night, ready)));
  outcomes.sort((a, b) => (a.run.tenantId < b.run.tenantId ? -1 : 1));
  for (const outcome of outcomes) tell(outcome, night, log);
  await recordRuns(
    warehouse,
    outcomes.map(({ run }) => run),
  );
  return reportNight(runId, startedAt, (performance.now() - started) / 1000, outcomes);
}

async function write(night: Night, scores: readonly ScoresToWrite[]): Promise<TenantOutcome[]> {
  const outcomes = await writeScores(night.warehouse, scores);
  return scores.map(({ run }, index) => {
    const outcome = outcomes[index]!;
    if ('error' in outcome)
      return unscoredOutcome(run, outcome.error, night.isExpected(run.tenantId), night.clock());
    const { revised, withdrawn } = outcome.revisions;
    return {
      run: { ...run, rowsWritten: outcome.rowsWritten },
      exitCode: 0,
      isSkipped: false,
      ...(revised.length + withdrawn.length > 0 && { changed: { revised, withdrawn } }),
    };
  });
}

function rowCountOf(scores: readonly ScoresToWrite[]): number {
  return scores.reduce((rows, { batch }) => rows + batch.rowCount, 0);
}

/** Tenants with the same dates, in groups of limited size. Tenants without a date are in no group. */
function groupsOf(plans: readonly TenantPlan[], rowsBefore: Night['rowsOfRunBefore']): TenantGroup[] {
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
    let [group, rows]: [TenantPlan[], number] = [[], 0];
    for (const plan of alike) {
      group.push(plan);
      rows += rowsBefore(plan.tenantId, asOf) ?? ROWS_OF_A_NEW_TENANT;
      if (group.length < TENANTS_PER_GROUP && rows < ROWS_PER_GROUP) continue;
      groups.push({ asOf, previousAsOf, plans: group });
      [group, rows] = [[], 0];
    }
    if (group.length > 0) groups.push({ asOf, previousAsOf, plans: group });
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

function withheldTenant(tenantId: TenantId, reason: string): GateRefused {
  return new GateRefused({
    where: `tenant ${tenantId}`,
    what: reason,
    remedy: 'mend it and run `churn nightly` again; the earlier scores stand',
  });
}

function tell(
  { run, isSkipped, changed }: TenantOutcome,
  { rolledBack }: Night,
  log: (line: string) => void,
): void {
  if (run.status !== 'succeeded') log(`${isSkipped ? 'skipped' : run.status}: ${run.error}`);
  else {
    const taken = rolledBack.findLast(
      ({ tenantId, modelName, modelVersion }) =>
        tenantId === run.tenantId && modelName === run.modelName && modelVersion === run.modelVersion,
    );
    if (taken !== undefined)
      log(
        `tenant ${run.tenantId} is scored by ${run.modelName}@${run.modelVersion}, whose scores of ${taken.asOf} were rolled back by ${taken.requestedBy} (${taken.reason})`,
      );
  }
  for (const { gate, isWarning, column, detail } of run.gates)
    if (isWarning === true)
      log(
        `tenant ${run.tenantId}: gate ${gate} warns${column === undefined ? '' : ` of ${column}`}: ${detail}`,
      );
  if (changed === undefined) return;
  const { revised, withdrawn } = changed;
  log(
    `tenant ${run.tenantId}, as-of date ${run.asOf}: scored before; now ${revised.length} accounts have a further revision and ${withdrawn.length} scores are withdrawn`,
  );
}
