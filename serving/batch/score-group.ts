import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { BATCH_MODEL_ALIAS, type ScoreRun } from '../scores-mart/score-runs.ts';
import { scoredFeaturesBatch } from '../scores-mart/scored-features.ts';
import type { Night } from './night.ts';
import type { TenantPlan } from './plan-night.ts';
import { type FeaturesToRead, readFeaturesByTenant, type TenantFeatures } from './read-features-by-tenant.ts';
import { gateRolledBackScores, type RolledBackScores, readRolledBackScores } from './rolled-back-scores.ts';
import { scoreTenant, type TenantProgress } from './score-tenant.ts';
import { startedRun, type TenantOutcome, unscoredOutcome } from './tenant-outcome.ts';
import type { ScoresToWrite } from './write-scores.ts';

/** Tenants that are read together after a statement for more of them failed. */
const TENANTS_PER_RETRY = 64;

/** Tenants with the same dates: read in one query. */
export interface TenantGroup extends Omit<FeaturesToRead, 'tenantIds'> {
  readonly plans: readonly TenantPlan[];
}

interface ReadyTenant {
  readonly run: ScoreRun;
  readonly model: ScoringModel;
  /** Scores of the same day and version that somebody took back. */
  readonly rolledBack: RolledBackScores | null;
}

export interface ScoredGroup {
  /** Scores that are ready to be written. */
  readonly scored: readonly ScoresToWrite[];
  /** Tenants that keep their old scores, and why. */
  readonly unscored: readonly TenantOutcome[];
}

/** Scores one group. An error with a tenant ends up in that tenant's outcome, and only there. */
export async function scoreGroup(
  night: Night,
  { asOf, previousAsOf, plans }: TenantGroup,
  onTenant: (rowsScored: number) => void,
): Promise<ScoredGroup> {
  const scored: ScoresToWrite[] = [];
  const unscored: TenantOutcome[] = [];
  const fail = (run: ScoreRun, error: unknown) => {
    unscored.push(unscoredOutcome(run, error, night.isExpected(run.tenantId), night.clock()));
  };
  const waiting = new Map<TenantId, ReadyTenant>();
  for (const plan of plans) {
    const run = startedRun(plan, night.runId, night.featureSet, night.clock());
    try {
      const model = await night.pickChampion(plan.tenantId);
      const version = { modelName: model.name, modelVersion: model.version, modelAlias: BATCH_MODEL_ALIAS };
      const reader = tenantReader(night.warehouse, plan.tenantId);
      const rolledBack = await readRolledBackScores(reader, { asOf, ...version }, night.rolledBack);
      waiting.set(plan.tenantId, { run: { ...run, ...version }, model, rolledBack });
    } catch (error) {
      fail(run, error);
      onTenant(0);
    }
  }
  if (waiting.size === 0) return { scored, unscored };

  const attempt = ({ run, model, rolledBack }: ReadyTenant, features: TenantFeatures) => {
    const progress: TenantProgress = { rowsRead: 0, rowsScored: 0, gates: [], timings: {} };
    try {
      const { tenantId } = run;
      const { runId, clock } = night;
      const limits = night.limitsOf(tenantId);
      const previousRows = night.rowsOfRunBefore(tenantId, asOf);
      const scoring = { tenantId, asOf, model, previousRows, runId, clock, limits };
      const batch = scoreTenant(features, scoring, progress);
      if (rolledBack !== null)
        progress.gates.push(
          gateRolledBackScores(batch, rolledBack, `tenant ${tenantId}, as-of date ${asOf}`),
        );
      const inputs = scoredFeaturesBatch(features.frame, model, batch);
      scored.push({ run: { ...run, ...progress, status: 'succeeded', finishedAt: clock() }, batch, inputs });
    } catch (error) {
      fail({ ...run, ...progress }, error);
    }
    onTenant(progress.rowsScored);
  };
  const reader = acrossTenants(night.warehouse, 'batch scoring');
  const read = async (tenantIds: readonly TenantId[]): Promise<void> => {
    try {
      const toRead = { asOf, previousAsOf, tenantIds };
      for await (const [tenantId, features] of readFeaturesByTenant(reader, night.featureSet, toRead)) {
        const ready = waiting.get(tenantId);
        if (ready === undefined) throw new Error(`features of ${tenantId} came twice or unasked`);
        waiting.delete(tenantId);
        attempt(ready, features);
      }
    } catch (error) {
      // Tenants that came before are scored; one that cannot be read takes few others along.
      const left = tenantIds.filter((tenantId) => waiting.has(tenantId));
      if (tenantIds.length <= TENANTS_PER_RETRY)
        for (const tenantId of left) {
          fail(waiting.get(tenantId)!.run, error);
          waiting.delete(tenantId);
        }
      else
        for (let at = 0; at < left.length; at += TENANTS_PER_RETRY)
          await read(left.slice(at, at + TENANTS_PER_RETRY));
    }
  };
  await read([...waiting.keys()]);
  return { scored, unscored };
}
