import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse } from '../../features/warehouse/warehouse.ts';
import { isErasureRun } from '../scores-mart/erasure-runs.ts';
import { vocabularies } from '../scores-mart/feature-words.ts';
import { readHeldBack } from '../scores-mart/held-back.ts';
import { type LastAttempt, readLastAttempts } from '../scores-mart/last-attempts.ts';
import { readCurrentScores, readProfiles } from '../scores-mart/read-current-scores.ts';
import { readScoreHistory } from '../scores-mart/score-history.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readSucceededRuns, runsByTenant } from '../scores-mart/succeeded-runs.ts';
import { readChurnDefinitions } from '../scores-mart/tenant-profiles.ts';
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
  const succeeded = await readSucceededRuns(reader);
  const runs = runsByTenant(succeeded);
  const attempts = await readLastAttempts(reader, succeeded);
  const currentRuns = new Map([...runs].map(([tenantId, ofTenant]) => [tenantId, ofTenant.at(-1)!]));
  const heldBackTenants = await readHeldBack(reader, currentRuns);
  const churnDefinitions = await readChurnDefinitions(warehouse);
  const vocabularyOf = vocabularies(warehouse);
  let newestAsOf = EARLIEST;
  for (const { asOf } of currentRuns.values()) if (asOf > newestAsOf) newestAsOf = asOf;
  const snapshot = new Map<TenantId, TenantGenerations>();
  for (const [tenantId, tenantRuns] of runs) {
    const run = tenantRuns.at(-1)!;
    const runIds = tenantRuns.map(({ runId }) => runId).join();
    const held = previous?.get(tenantId);
    const lastAttempt = attempts.get(tenantId);
    const heldBack = heldBackTenants.get(tenantId) ?? null;
    const churn = churnDefinitions.get(tenantId) ?? null;
    if (held?.runs === runIds && isSame([held.current.heldBack, held.current.churn], [heldBack, churn])) {
      const current = held.current.newestAsOf === newestAsOf ? held.current : { ...held.current, newestAsOf };
      snapshot.set(tenantId, withoutOutdated({ ...held, current, lastAttempt }, clock()));
      continue;
    }
    const reader = tenantReader(warehouse, tenantId);
    const read = await readCurrentScores(reader, vocabularyOf, run);
    if (read === null) continue;
    const past = await readScoreHistory(reader, tenantRuns);
    const leftIds = [...past.history.keys()].filter((accountId) => !read.rowOfAccount.has(accountId));
    const leftProfiles = await readProfiles(reader, new Map(leftIds.map((accountId, at) => [accountId, at])));
    const current = tenantScores({ current: read, past, leftIds, leftProfiles, heldBack, churn, newestAsOf });
    const erasures = tenantRuns.filter(isErasureRun).length;
    const replaced =
      held === undefined || held.erasures !== erasures
        ? []
        : [{ scores: held.current, replacedAt: clock() }, ...held.replaced];
    snapshot.set(
      tenantId,
      withoutOutdated({ current, replaced, runs: runIds, erasures, lastAttempt }, clock()),
    );
  }
  return snapshot;
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
