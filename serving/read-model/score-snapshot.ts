import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, type CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse, Relation } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { isErasureRun } from '../scores-mart/erasure-runs.ts';
import { featureWords, vocabularies } from '../scores-mart/feature-words.ts';
import { readHeldBack } from '../scores-mart/held-back.ts';
import { type LastAttempt, readLastAttempts } from '../scores-mart/last-attempts.ts';
import { monitoringFigures } from '../scores-mart/monitoring-figures.ts';
import { nightRollbacks } from '../scores-mart/night-rollbacks.ts';
import { nightSteps } from '../scores-mart/night-steps.ts';
import { profilesAt } from '../scores-mart/read-current-scores.ts';
import { HISTORY_DAYS } from '../scores-mart/score-history.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readScoresByTenant } from '../scores-mart/scores-by-tenant.ts';
import { readRecentRuns, runsByTenant, type SucceededRun } from '../scores-mart/succeeded-runs.ts';
import {
  type MonitoringRun,
  readMonitoring,
  readMonitoringRuns,
  type TenantMonitoring,
} from '../scores-mart/tenant-monitoring.ts';
import { readChurnDefinitions, TENANT_PROFILES } from '../scores-mart/tenant-profiles.ts';
import { ACCOUNT_WEEKLY_ACTIVITY, readActivityKinds } from '../scores-mart/year-of-activity.ts';
import { packYear } from './packed-year.ts';
import { type TenantScores, tenantScores } from './tenant-scores.ts';

/** Current scores of one tenant, and the replaced ones that readers may still be paging through. */
export interface TenantGenerations {
  readonly current: TenantScores;
  readonly replaced: readonly { readonly scores: TenantScores; readonly replacedAt: Date }[];
  /** Ids of the runs that current scores and history were read from. */
  readonly runs: string;
  /** Erasures that `current` takes into account; what was read before a further one is not kept for anybody. */
  readonly erasures: number;
  /** How the tenant's latest run ended, which may have left no scores. */
  readonly lastAttempt: LastAttempt | undefined;
}

/** Scores of every tenant as one immutable value that is swapped whole. */
export type ScoreSnapshot = ReadonlyMap<TenantId, TenantGenerations>;

/**
 * Tables of which one changes whenever the snapshot would be another one. The steps of a night are among them, since a night
 * that scores nobody anew replaces its runs in place and adds its steps.
 */
export const SNAPSHOT_TABLES: readonly Relation[] = [
  scoreRuns.relation,
  accountChurnScores.relation,
  nightRollbacks.relation,
  nightSteps.relation,
  featureWords.relation,
  monitoringFigures.relation,
  TENANT_PROFILES,
];

/** How long a list can still be paged to its end after newer scores have replaced it. */
const REPLACED_KEPT_MILLISECONDS = 15 * 60_000;
const REPLACED_KEPT = 2;
/** Before every as-of date. */
const EARLIEST = '' as AsOfDate;

/**
 * Reads the snapshot; tenants whose runs, churn definition and what holds the next one back are those that `previous` was read
 * from are taken over as they are, so a refresh without news reads two small tables.
 */
export async function loadScoreSnapshot(
  warehouse: ReadableWarehouse,
  previous: ScoreSnapshot | null,
  clock: () => Date,
): Promise<ScoreSnapshot> {
  if ((await warehouse.describe(scoreRuns.relation)).length === 0) return new Map();
  const reader = acrossTenants(warehouse, 'serving snapshot');
  const succeeded = await readRecentRuns(reader, HISTORY_DAYS);
  const runs = runsByTenant(succeeded);
  const attempts = await readLastAttempts(reader, succeeded);
  const currentRuns = new Map([...runs].map(([tenantId, ofTenant]) => [tenantId, ofTenant.at(-1)!]));
  const heldBackTenants = await readHeldBack(reader, currentRuns);
  const churnDefinitions = await readChurnDefinitions(warehouse);
  const vocabularyOf = vocabularies(warehouse);
  const monitoringOf = await readMonitoringAfter(warehouse, reader, previous);
  const activityKinds = await readActivityKinds(warehouse);
  const hasYears = (await warehouse.describe(ACCOUNT_WEEKLY_ACTIVITY)).length > 0;
  let newestAsOf = EARLIEST;
  for (const { asOf } of currentRuns.values()) if (asOf > newestAsOf) newestAsOf = asOf;
  const snapshot = new Map<TenantId, TenantGenerations>();
  const toRead = new Map<TenantId, readonly SucceededRun[]>();
  for (const [tenantId, tenantRuns] of runs) {
    const runIds = runIdsOf(tenantRuns);
    const held = previous?.get(tenantId);
    const lastAttempt = attempts.get(tenantId);
    const heldBack = heldBackTenants.get(tenantId) ?? null;
    const churn = churnDefinitions.get(tenantId) ?? null;
    if (held?.runs === runIds && isSame([held.current.heldBack, held.current.churn], [heldBack, churn])) {
      const monitoring = monitoringOf.get(tenantId) ?? null;
      const isCurrent = held.current.newestAsOf === newestAsOf && held.current.monitoring === monitoring;
      const current = isCurrent ? held.current : { ...held.current, newestAsOf, monitoring };
      snapshot.set(tenantId, withoutOutdated({ ...held, current, lastAttempt }, clock()));
    } else toRead.set(tenantId, tenantRuns);
  }
  const ofTenants = readScoresByTenant(reader, vocabularyOf, toRead, hasYears);
  for await (const { current: read, past, profiles, year } of ofTenants) {
    const { tenantId } = read;
    const tenantRuns = toRead.get(tenantId)!;
    const held = previous?.get(tenantId);
    const leftIds = [...past.history.keys()].filter((accountId) => !read.rowOfAccount.has(accountId));
    const current = tenantScores({
      current: read,
      past,
      leftIds,
      leftProfiles: profilesAt(profiles, new Map(leftIds.map((accountId, at) => [accountId, at]))),
      year: year === null ? null : await packYear(read.rowOfAccount, year),
      activityKinds,
      heldBack: heldBackTenants.get(tenantId) ?? null,
      churn: churnDefinitions.get(tenantId) ?? null,
      monitoring: monitoringOf.get(tenantId) ?? null,
      newestAsOf,
    });
    const erasures = tenantRuns.filter(isErasureRun).length;
    const replaced =
      held === undefined || held.erasures !== erasures
        ? []
        : [{ scores: held.current, replacedAt: clock() }, ...held.replaced];
    snapshot.set(
      tenantId,
      withoutOutdated(
        {
          current,
          replaced,
          runs: runIdsOf(tenantRuns),
          erasures,
          lastAttempt: attempts.get(tenantId),
        },
        clock(),
      ),
    );
  }
  // In one order, whoever was read anew.
  return new Map([...runs.keys()].map((tenantId) => [tenantId, snapshot.get(tenantId)!]));
}

/** What `churn monitor` found last at each tenant; what `previous` has of the same run is not read again. */
async function readMonitoringAfter(
  warehouse: ReadableWarehouse,
  reader: CrossTenantReader,
  previous: ScoreSnapshot | null,
): Promise<ReadonlyMap<TenantId, TenantMonitoring>> {
  const found = new Map<TenantId, TenantMonitoring>();
  if ((await warehouse.describe(monitoringFigures.relation)).length === 0) return found;
  const toRead = new Map<TenantId, MonitoringRun>();
  for (const [tenantId, run] of await readMonitoringRuns(reader)) {
    const held = previous?.get(tenantId)?.current.monitoring;
    if (held?.runId === run.runId) found.set(tenantId, held);
    else toRead.set(tenantId, run);
  }
  for (const [tenantId, monitoring] of await readMonitoring(reader, toRead)) found.set(tenantId, monitoring);
  return found;
}

function runIdsOf(runs: readonly SucceededRun[]): string {
  return runs.map(({ runId }) => runId).join();
}

/** The same scores without lists that were replaced so long ago that nobody pages through them any more. */
export function withoutOldLists(snapshot: ScoreSnapshot, now: Date): ScoreSnapshot {
  return new Map([...snapshot].map(([tenantId, held]) => [tenantId, withoutOutdated(held, now)]));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function withoutOutdated(generations: TenantGenerations, now: Date): TenantGenerations {
  if (generations.replaced.length === 0) return generations;
  const { replaced } = generations;
  const isFresh = ({ replacedAt }: { readonly replacedAt: Date }) =>
    Math.abs(now.getTime() - replacedAt.getTime()) < REPLACED_KEPT_MILLISECONDS;
  return { ...generations, replaced: replaced.filter(isFresh).slice(0, REPLACED_KEPT) };
}
