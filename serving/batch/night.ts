import { type AsOfDate, addDays } from '../../features/contract/as-of-date.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, type CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { type RolledBackRun, readRolledBackRuns } from '../scores-mart/night-rollbacks.ts';
import {
  readRunsSince,
  readSucceededRuns,
  runsByTenant,
  type SucceededRun,
} from '../scores-mart/succeeded-runs.ts';
import { type ChampionSource, championPicker } from './champion-source.ts';
import { readGateLimits } from './gate-limits.ts';
import type { TenantPlan } from './plan-night.ts';
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

/** Further back a run is looked for by its tenant. */
const DAYS_LOOKED_BACK = 35;

/** Runs of the last weeks before the night's dates, and all of tenants that have none then. */
async function readRunsBefore(
  reader: CrossTenantReader,
  plans: readonly TenantPlan[],
): Promise<readonly SucceededRun[]> {
  const asOf = new Map(plans.flatMap((plan) => (plan.asOf === null ? [] : [[plan.tenantId, plan.asOf]])));
  const first = [...asOf.values()].sort()[0];
  const tenantIds = plans.map(({ tenantId }) => tenantId);
  const isBefore = (run: SucceededRun) => run.asOf <= (asOf.get(run.tenantId) ?? run.asOf);
  if (first === undefined) return readSucceededRuns(reader);
  return readRunsSince(reader, addDays(first, -DAYS_LOOKED_BACK), tenantIds, isBefore);
}

/** Reads what earlier nights left. */
export async function beginNight(inputs: NightInputs, plans: readonly TenantPlan[]): Promise<Night> {
  const { warehouse, registry, featureSet, tenantIds, clock, runId, limits } = inputs;
  const runsBefore = runsByTenant(await readRunsBefore(acrossTenants(warehouse, 'batch scoring'), plans));
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
