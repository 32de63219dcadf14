import type { TenantId } from '../../features/contract/tenant-id.ts';
import { inTenantOrder, rowsByTenant, TenantCursor } from '../../features/warehouse/tenant-rows.ts';
import type { CrossTenantReader, ReaderSelection } from '../../features/warehouse/tenant-warehouse.ts';
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

/** Tenants are named in a statement up to so many; beyond, those that nobody asked for are read and passed by. */
const TENANTS_NAMED = 1_000;

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
  if (runs.size === 0) return;
  const days = [...runs.values()].map((ofTenant) => ofTenant.at(-1)!.asOf).sort();
  const isNewest = ([, ofTenant]: readonly [TenantId, readonly SucceededRun[]]) =>
    ofTenant.at(-1)!.asOf === days.at(-1);
  for (const group of [[...runs].filter(isNewest), [...runs].filter((entry) => !isNewest(entry))])
    if (group.length > 0) yield* readGroup(reader, vocabularyOf, new Map(group), hasYears);
}

async function* readGroup(
  reader: CrossTenantReader,
  vocabularyOf: VocabularySource,
  runs: ReadonlyMap<TenantId, readonly SucceededRun[]>,
  hasYears: boolean,
): AsyncGenerator<ScoresOfTenant> {
  const tenantIds = [...runs.keys()].sort(inTenantOrder);
  const days = [...new Set([...runs.values()].map((ofTenant) => ofTenant.at(-1)!.asOf))].sort();
  const named: readonly KeyFilter[] =
    runs.size > TENANTS_NAMED ? [] : [{ column: 'tenant_id', is: 'in', value: tenantIds }];
  const walk = (selection: ReaderSelection, where: readonly KeyFilter[]) =>
    new TenantCursor(rowsByTenant(reader, { ...selection, where: [...named, ...where] }));
  const onDays: KeyFilter = { column: 'as_of_date', is: 'in', value: days };
  const scores = walk(CURRENT_SCORES, [onDays]);
  const years = hasYears ? walk(YEAR_OF_ACTIVITY, [onDays]) : null;
  const past = walk(SCORE_HISTORY, historyBefore(days[0]!));
  const profiles = walk(PROFILES, []);
  try {
    for (const tenantId of tenantIds) {
      const ofTenant = runs.get(tenantId)!;
      const ownProfiles = await profilesOf(await profiles.take(tenantId));
      yield {
        current: await currentScoresOf(
          ofTenant.at(-1)!,
          await scores.take(tenantId),
          ownProfiles,
          vocabularyOf,
        ),
        past: await scoreHistoryOf(ofTenant, await past.take(tenantId)),
        profiles: ownProfiles,
        year: years === null ? null : yearOfActivity(await years.take(tenantId), ofTenant.at(-1)!.asOf),
      };
    }
  } finally {
    for (const cursor of [scores, past, profiles, years]) await cursor?.close();
  }
}
