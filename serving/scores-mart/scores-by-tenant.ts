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
  for (const group of newestFirst(runs)) yield* readGroup(reader, vocabularyOf, group, hasYears);
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
  const listed = new Map([...runs].map(([tenantId, run]) => [tenantId, [run]]));
  for (const group of newestFirst(listed)) {
    const { tenantIds, walkScores, walkProfiles } = groupOf(reader, group);
    const [scores, profiles] = [walkScores(), walkProfiles()];
    try {
      for (const tenantId of tenantIds) {
        const ownProfiles = await profilesOf(await profiles.take(tenantId));
        const rows = await scores.take(tenantId);
        yield await currentScoresOf(group.get(tenantId)!.at(-1)!, rows, ownProfiles, vocabularyOf);
      }
    } finally {
      for (const cursor of [scores, profiles]) await cursor.close();
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

function groupOf(reader: CrossTenantReader, runs: RunsByTenant) {
  const tenantIds = [...runs.keys()].sort(inTenantOrder);
  const days = [...new Set([...runs.values()].map((ofTenant) => ofTenant.at(-1)!.asOf))].sort();
  const named: readonly KeyFilter[] =
    runs.size > TENANTS_NAMED ? [] : [{ column: 'tenant_id', is: 'in', value: tenantIds }];
  const walk = (selection: ReaderSelection, where: readonly KeyFilter[]) =>
    new TenantCursor(rowsByTenant(reader, { ...selection, where: [...named, ...where] }));
  const onDays: KeyFilter = { column: 'as_of_date', is: 'in', value: days };
  return {
    tenantIds,
    walkScores: () => walk(CURRENT_SCORES, [onDays]),
    walkPast: () => walk(SCORE_HISTORY, historyBefore(days[0]!)),
    walkProfiles: () => walk(PROFILES, []),
    walkYears: () => walk(YEAR_OF_ACTIVITY, [onDays]),
  };
}

async function* readGroup(
  reader: CrossTenantReader,
  vocabularyOf: VocabularySource,
  runs: RunsByTenant,
  hasYears: boolean,
): AsyncGenerator<ScoresOfTenant> {
  const { tenantIds, walkScores, walkPast, walkProfiles, walkYears } = groupOf(reader, runs);
  const [scores, past, profiles] = [walkScores(), walkPast(), walkProfiles()];
  const years = hasYears ? walkYears() : null;
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
