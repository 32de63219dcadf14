import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { Failure, type FailureExitCode } from '../../features/contract/failure.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, Warehouse } from '../../features/warehouse/warehouse.ts';
import { ensureScoresMart } from '../scores-mart/ensure-scores-mart.ts';
import { BATCH_MODEL_ALIAS, type ScoreRun } from '../scores-mart/score-runs.ts';
import { readSucceededRuns, runsByTenant, type SucceededRun } from '../scores-mart/succeeded-runs.ts';
import { type ChampionSource, championPicker } from './champion-source.ts';
import { landScores, recordRuns, type ScoresToLand } from './land-scores.ts';
import { type NightReport, reportNight, type TenantOutcome } from './night-report.ts';
import { NothingToScore } from './nothing-to-score.ts';
import { planNight, type TenantPlan } from './plan-night.ts';
import { QUALITY_GATE_LIMITS, type QualityGateLimits } from './quality-gate.ts';
import { scoreTenant, type TenantProgress } from './score-tenant.ts';

/** One transaction takes so many tenants or rows, whichever comes first: bounded memory, shared overhead. */
const TENANTS_PER_WRITE = 32;
const ROWS_PER_WRITE = 20_000;

export interface NightOptions {
  readonly warehouse: Warehouse;
  readonly registry: ChampionSource;
  /** What the mart was built with. */
  readonly featureSet: FeatureSet;
  /** Without it, each tenant's latest as-of date. */
  readonly asOf?: AsOfDate | undefined;
  /** Without it, every tenant that the marts know. */
  readonly tenantIds?: readonly TenantId[] | undefined;
  readonly clock: () => Date;
  /** New for every execution; it names the night in `scores.score_runs`. */
  readonly runId: string;
  readonly limits?: QualityGateLimits;
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
 * refused or fails is recorded and told, and the night goes on; killed at any moment it leaves each tenant's old
 * scores or its new ones. Done again with the same model and features it changes no score row.
 *
 * @throws Failure only when nothing can be scored: unknown tenant or date, no marts, warehouse gone
 */
export async function scoreNight(options: NightOptions): Promise<NightReport> {
  const { warehouse, asOf, tenantIds, clock, runId, onProgress } = options;
  const startedAt = clock();
  const started = performance.now();
  const plans = await planNight(warehouse, { asOf, tenantIds });
  await ensureScoresMart(warehouse);
  const runsBefore = runsByTenant(await readSucceededRuns(acrossTenants(warehouse, 'batch scoring')));
  await recordRuns(
    warehouse,
    plans.map((plan) => startRun(plan, options, startedAt)),
  );

  const night: Night = {
    ...options,
    limits: options.limits ?? QUALITY_GATE_LIMITS,
    startedAt,
    runsBefore,
    pickChampion: championPicker(options.registry, options.featureSet),
  };
  const outcomes: TenantOutcome[] = [];
  let pending: ScoresToLand[] = [];
  let pendingRows = 0;
  let rowsScored = 0;
  const land = async () => {
    outcomes.push(...(await landTogether(night, pending)));
    pending = [];
    pendingRows = 0;
  };
  for (const [index, plan] of plans.entries()) {
    const result = await attemptTenant(night, plan);
    if ('batch' in result) {
      pending.push(result);
      pendingRows += result.batch.rowCount;
      rowsScored += result.batch.rowCount;
    } else outcomes.push(result);
    if (pending.length >= TENANTS_PER_WRITE || pendingRows >= ROWS_PER_WRITE) await land();
    onProgress?.({ tenantsDone: index + 1, tenantsTotal: plans.length, rowsScored });
  }
  await land();
  await recordRuns(
    warehouse,
    outcomes.map(({ run }) => run),
  );
  outcomes.sort((a, b) => (a.run.tenantId < b.run.tenantId ? -1 : 1));
  return reportNight(runId, startedAt, (performance.now() - started) / 1000, outcomes);
}

interface Night extends NightOptions {
  readonly limits: QualityGateLimits;
  readonly startedAt: Date;
  /** Succeeded runs of each tenant, the latest as-of date last. */
  readonly runsBefore: ReadonlyMap<TenantId, readonly SucceededRun[]>;
  readonly pickChampion: ReturnType<typeof championPicker>;
}

async function attemptTenant(night: Night, plan: TenantPlan): Promise<ScoresToLand | TenantOutcome> {
  const progress: TenantProgress = { rowsRead: 0, rowsScored: 0, gates: [], timings: {} };
  let run = startRun(plan, night, night.clock());
  try {
    if (plan.asOf === null)
      throw new NothingToScore({
        where: `tenant ${plan.tenantId}`,
        what: `no account has features ${night.asOf === undefined ? 'at any as-of date' : `at ${night.asOf}`}`,
        remedy: 'import its accounts and events and run `churn features build`',
      });
    const model = await night.pickChampion(plan.tenantId);
    run = { ...run, modelName: model.name, modelVersion: model.version, modelAlias: BATCH_MODEL_ALIAS };
    const batch: ColumnBatch = await scoreTenant(
      tenantReader(night.warehouse, plan.tenantId),
      {
        asOf: plan.asOf,
        previousAsOf: plan.previousAsOf,
        model,
        previousRows: rowsOfRunBefore(night, plan.tenantId, plan.asOf),
        runId: night.runId,
        clock: night.clock,
        limits: night.limits,
      },
      progress,
    );
    return { run: { ...run, ...progress, status: 'succeeded', finishedAt: night.clock() }, batch };
  } catch (error) {
    return unscored(night, { ...run, ...progress }, error);
  }
}

async function landTogether(night: Night, tenants: readonly ScoresToLand[]): Promise<TenantOutcome[]> {
  if (tenants.length === 0) return [];
  const landings = await landScores(night.warehouse, tenants);
  return tenants.map(({ run }, index) => {
    const landing = landings[index]!;
    if ('error' in landing) return unscored(night, run, landing.error);
    return { run: { ...run, rowsWritten: landing.rowsWritten }, exitCode: 0, isSkipped: false };
  });
}

/** The record of a tenant that keeps its old scores. Bad input and refused gates refuse; all else failed. */
function unscored(night: Night, run: ScoreRun, error: unknown): TenantOutcome {
  const exitCode: FailureExitCode = error instanceof Failure ? error.exitCode : 1;
  const message = error instanceof Error ? error.message : String(error);
  const isExpected = night.tenantIds !== undefined || night.runsBefore.has(run.tenantId);
  const isSkipped = error instanceof NothingToScore && !isExpected;
  const status = exitCode === 1 ? 'failed' : 'refused';
  night.log(`${isSkipped ? 'skipped' : status}: ${message}`);
  return {
    run: { ...run, status, rowsWritten: null, error: message, finishedAt: night.clock() },
    exitCode,
    isSkipped,
  };
}

function startRun(plan: TenantPlan, { runId, featureSet }: NightOptions, startedAt: Date): ScoreRun {
  return {
    runId,
    tenantId: plan.tenantId,
    asOf: plan.asOf,
    modelName: null,
    modelVersion: null,
    modelAlias: null,
    featureSetHash: featureSetHash(featureSet),
    status: 'running',
    rowsRead: 0,
    rowsScored: 0,
    rowsWritten: null,
    gates: [],
    timings: {},
    error: null,
    startedAt,
    finishedAt: null,
  };
}

/** Rows of the latest run that is not about a later day: what a backfill should be compared with. */
function rowsOfRunBefore({ runsBefore }: Night, tenantId: TenantId, asOf: AsOfDate): number | null {
  return runsBefore.get(tenantId)?.findLast((run) => run.asOf <= asOf)?.rowsRead ?? null;
}
