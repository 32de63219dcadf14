import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { TenantWalk } from '../../features/warehouse/tenant-rows.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter } from '../../features/warehouse/warehouse.ts';
import type { CurrentScores } from './current-scores.ts';
import type { VocabularySource } from './feature-words.ts';
import {
  type AccountProfiles,
  CURRENT_SCORES,
  currentScoresOf,
  PROFILES,
  profilesOf,
} from './read-current-scores.ts';
import { historyBefore, SCORE_HISTORY, type ScoreHistory, scoreHistoryOf } from './score-history.ts';
import type { SucceededRun } from './succeeded-runs.ts';
import { type AccountYear, YEAR_OF_ACTIVITY, yearOfActivity } from './year-of-activity.ts';

/** What the mart holds of one tenant's scores. */
export interface ScoresOfTenant {
  readonly current: CurrentScores;
  readonly past: ScoreHistory;
  readonly profiles: AccountProfiles;
  /** What its accounts did before the day of its current run; null where the marts have no such table. */
  readonly year: AsyncIterable<AccountYear> | null;
}

/**
 * Reads the scores of many tenants with a few statements, however many they are, one tenant after the other and each once.
 * Tenants that were scored last at the newest day are read first, then those whose data ended before: their days would
 * bring everybody's rows of then along.
 *
 * @param runs The succeeded runs of the tenants that are asked for, the current one last
 * @param hasYears Whether the marts have what accounts did in a year
 */
export async function* readScoresByTenant(
  reader: CrossTenantReader,
  vocabularyOf: VocabularySource,
  runs: ReadonlyMap<TenantId, readonly SucceededRun[]>,
  hasYears: boolean,
): AsyncGenerator<ScoresOfTenant> {
  for (const group of newestFirst(runs)) {
    const { walk, days, current } = walkCurrent(reader, group);
    const past = walk.along(SCORE_HISTORY, historyBefore(days[0]!));
    const years = hasYears ? walk.along(YEAR_OF_ACTIVITY, onDays(days)) : null;
    try {
      for (const tenantId of walk.tenantIds) {
        const ofTenant = group.get(tenantId)!;
        yield {
          ...(await current(tenantId, vocabularyOf)),
          past: await scoreHistoryOf(ofTenant, await past.take(tenantId)),
          year: years === null ? null : yearOfActivity(await years.take(tenantId), ofTenant.at(-1)!.asOf),
        };
      }
    } finally {
      await walk.close();
    }
  }
}

/**
 * Their current scores alone, in the same way.
 *
 * @param runs The current run of each tenant that is asked for
 */
export async function* readCurrentScoresByTenant(
  reader: CrossTenantReader,
  vocabularyOf: VocabularySource,
  runs: ReadonlyMap<TenantId, SucceededRun>,
): AsyncGenerator<CurrentScores> {
  for (const group of newestFirst(new Map([...runs].map(([tenantId, run]) => [tenantId, [run]])))) {
    const { walk, current } = walkCurrent(reader, group);
    try {
      for (const tenantId of walk.tenantIds) yield (await current(tenantId, vocabularyOf)).current;
    } finally {
      await walk.close();
    }
  }
}

type RunsByTenant = ReadonlyMap<TenantId, readonly SucceededRun[]>;

function newestFirst(runs: RunsByTenant): readonly RunsByTenant[] {
  const days = [...runs.values()].map((ofTenant) => ofTenant.at(-1)!.asOf).sort();
  const isNewest = ([, ofTenant]: readonly [TenantId, readonly SucceededRun[]]) =>
    ofTenant.at(-1)!.asOf === days.at(-1);
  const groups = [[...runs].filter(isNewest), [...runs].filter((entry) => !isNewest(entry))];
  return groups.filter((group) => group.length > 0).map((group) => new Map(group));
}

/** A walk along the current scores and the profiles, which others may join. */
function walkCurrent(reader: CrossTenantReader, runs: RunsByTenant) {
  const walk = new TenantWalk(reader, runs.keys());
  const days = [...new Set([...runs.values()].map((ofTenant) => ofTenant.at(-1)!.asOf))].sort();
  const scores = walk.along(CURRENT_SCORES, onDays(days));
  const profilesOfAll = walk.along(PROFILES);
  return {
    walk,
    /** Of the current runs, ascending. */
    days,
    current: async (tenantId: TenantId, vocabularyOf: VocabularySource) => {
      const profiles = await profilesOf(await profilesOfAll.take(tenantId));
      const rows = await scores.take(tenantId);
      const run = runs.get(tenantId)!.at(-1)!;
      return { current: await currentScoresOf(run, rows, profiles, vocabularyOf), profiles };
    },
  };
}

function onDays(days: readonly AsOfDate[]): readonly KeyFilter[] {
  return [{ column: 'as_of_date', is: 'in', value: days }];
}
