import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ScoringModel } from '../../models/model.ts';
import { BATCH_MODEL_ALIAS, type ScoreRun } from '../scores-mart/score-runs.ts';
import { landScores, type ScoresToLand } from './land-scores.ts';
import type { TenantPlan } from './plan-night.ts';
import { type FeaturesToRead, readFeaturesByTenant, type TenantFeatures } from './read-features-by-tenant.ts';
import type { Night } from './score-night.ts';
import { scoreTenant, type TenantProgress } from './score-tenant.ts';
import { startedRun, type TenantOutcome, unscoredOutcome } from './tenant-outcome.ts';

/** Rows scored and not yet landed: what bounds memory when tenants are large. */
const ROWS_PER_WRITE = 20_000;

/** Tenants with the same dates: read in one query, landed in one transaction per model. */
export interface TenantGroup extends Omit<FeaturesToRead, 'tenantIds'> {
  readonly plans: readonly TenantPlan[];
}

interface ReadyTenant {
  readonly run: ScoreRun;
  readonly model: ScoringModel;
}

/** Scores and lands one group. Whatever happens to a tenant ends up in its outcome, and only there. */
export async function scoreGroup(
  night: Night,
  { asOf, previousAsOf, plans }: TenantGroup,
  onTenant: (rowsScored: number) => void,
): Promise<TenantOutcome[]> {
  const outcomes: TenantOutcome[] = [];
  const fail = (run: ScoreRun, error: unknown) => {
    outcomes.push(unscoredOutcome(run, error, night.isExpected(run.tenantId), night.clock()));
  };
  const waiting = new Map<TenantId, ReadyTenant>();
  for (const plan of plans) {
    const run = startedRun(plan, night.runId, night.featureSet, night.clock());
    try {
      const model = await night.pickChampion(plan.tenantId);
      const version = { modelName: model.name, modelVersion: model.version, modelAlias: BATCH_MODEL_ALIAS };
      waiting.set(plan.tenantId, { run: { ...run, ...version }, model });
    } catch (error) {
      fail(run, error);
      onTenant(0);
    }
  }
  if (waiting.size === 0) return outcomes;

  let pending: ScoresToLand[] = [];
  let pendingRows = 0;
  const landPending = async () => {
    outcomes.push(...(await landByModel(night, pending)));
    pending = [];
    pendingRows = 0;
  };
  const attempt = ({ run, model }: ReadyTenant, features: TenantFeatures) => {
    const progress: TenantProgress = { rowsRead: 0, rowsScored: 0, gates: [], timings: {} };
    try {
      const { tenantId } = run;
      const { runId, clock, limits } = night;
      const previousRows = night.rowsOfRunBefore(tenantId, asOf);
      const scoring = { tenantId, asOf, model, previousRows, runId, clock, limits };
      const batch = scoreTenant(features, scoring, progress);
      pending.push({ run: { ...run, ...progress, status: 'succeeded', finishedAt: clock() }, batch });
      pendingRows += batch.rowCount;
    } catch (error) {
      fail({ ...run, ...progress }, error);
    }
    onTenant(progress.rowsScored);
  };
  try {
    const reader = acrossTenants(night.warehouse, 'batch scoring');
    const toRead = { asOf, previousAsOf, tenantIds: [...waiting.keys()] };
    for await (const [tenantId, features] of readFeaturesByTenant(reader, night.featureSet, toRead)) {
      const ready = waiting.get(tenantId);
      if (ready === undefined) throw new Error(`features of ${tenantId} came twice or unasked`);
      waiting.delete(tenantId);
      attempt(ready, features);
      if (pendingRows >= ROWS_PER_WRITE) await landPending();
    }
  } catch (error) {
    for (const { run } of waiting.values()) fail(run, error);
  }
  await landPending();
  return outcomes;
}

async function landByModel(night: Night, scores: readonly ScoresToLand[]): Promise<TenantOutcome[]> {
  const byModel = new Map<string, ScoresToLand[]>();
  for (const tenant of scores) {
    const model = JSON.stringify([tenant.run.modelName, tenant.run.modelVersion]);
    byModel.set(model, [...(byModel.get(model) ?? []), tenant]);
  }
  const outcomes: TenantOutcome[] = [];
  for (const tenants of byModel.values()) {
    const landings = await landScores(night.warehouse, tenants);
    for (const [index, { run }] of tenants.entries()) {
      const landing = landings[index]!;
      outcomes.push(
        'error' in landing
          ? unscoredOutcome(run, landing.error, night.isExpected(run.tenantId), night.clock())
          : { run: { ...run, rowsWritten: landing.rowsWritten }, exitCode: 0, isSkipped: false },
      );
    }
  }
  return outcomes;
}
