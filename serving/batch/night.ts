import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { type RolledBackRun, readRolledBackRuns } from '../scores-mart/night-rollbacks.ts';
import { readSucceededRuns, runsByTenant } from '../scores-mart/succeeded-runs.ts';
import { type ChampionSource, championPicker } from './champion-source.ts';
import { readGateLimits } from './gate-limits.ts';
import { QUALITY_GATE_LIMITS, type QualityGateLimits } from './quality-gate.ts';

/** What a night starts from. */
export interface NightInputs {
  readonly warehouse: Warehouse;
  readonly registry: ChampionSource;
  /** What the mart was built with. */
  readonly featureSet: FeatureSet;
  /** Without it, every tenant that the marts know. */
  readonly tenantIds?: readonly TenantId[] | undefined;
  readonly clock: () => Date;
  /** New for every execution; it names the night in `scores.score_runs`. */
  readonly runId: string;
  /** Instead of those that the marts hold. */
  readonly limits?: QualityGateLimits;
}

/** What the steps of one night share. */
export interface Night {
  readonly warehouse: Warehouse;
  readonly featureSet: FeatureSet;
  readonly runId: string;
  readonly clock: () => Date;
  readonly limitsOf: (tenantId: TenantId) => QualityGateLimits;
  readonly pickChampion: (tenantId: TenantId) => Promise<ScoringModel>;
  /** Rows of the tenant's latest run that is not about a later day; null before its first. */
  readonly rowsOfRunBefore: (tenantId: TenantId, asOf: AsOfDate) => number | null;
  /** Runs whose scores were taken back and not given back. */
  readonly rolledBack: readonly RolledBackRun[];
  /** Whether the tenant ought to get scores: it was asked for by name, or has been scored before. */
  readonly isExpected: (tenantId: TenantId) => boolean;
}

/** Reads what earlier nights left. */
export async function beginNight(inputs: NightInputs): Promise<Night> {
  const { warehouse, registry, featureSet, tenantIds, clock, runId, limits } = inputs;
  const runsBefore = runsByTenant(await readSucceededRuns(acrossTenants(warehouse, 'batch scoring')));
  const gatesOf = await readGateLimits(warehouse, acrossTenants(warehouse, 'batch scoring'));
  return {
    warehouse,
    featureSet,
    runId,
    clock,
    limitsOf: (tenantId) => limits ?? { ...QUALITY_GATE_LIMITS, gates: gatesOf(tenantId) },
    pickChampion: championPicker(registry, featureSet),
    rowsOfRunBefore: (tenantId, asOf) =>
      runsBefore.get(tenantId)?.findLast((run) => run.asOf <= asOf)?.rowsRead ?? null,
    rolledBack: (await readRolledBackRuns(warehouse)).filter(({ undone }) => undone === null),
    isExpected: (tenantId) => tenantIds !== undefined || runsBefore.has(tenantId),
  };
}
