import { toEpochDay } from '../../features/contract/as-of-date.ts';
import { rowsOfTenant, type TenantRows } from '../../features/warehouse/tenant-rows.ts';
import type { ReaderSelection, TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import { RISK_BANDS, type RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import { accountChurnScores } from './account-churn-scores.ts';
import { ACCOUNT_PROFILES } from './account-profiles.ts';
import { concatenated, millisecondsOf, numbersOf, textsOf } from './column-values.ts';
import type { CurrentScores } from './current-scores.ts';
import type { VocabularySource } from './feature-words.ts';
import { rowsSaying } from './rows-saying.ts';
import { type ScoredDate, scoredOn } from './scored-date.ts';
import { servedOrder } from './served-order.ts';
import { readSucceededRuns, type SucceededRun } from './succeeded-runs.ts';

const SCORE_COLUMNS = [
  'account_id',
  'revision',
  'is_withdrawn',
  'churn_probability_30d',
  'churn_probability_60d',
  'churn_probability_90d',
  'churn_probability_90d_low',
  'churn_probability_90d_high',
  'risk_band',
  'risk_rank',
  'drivers',
  'previous_probability_90d',
  'change_drivers',
  'mrr',
  'currency',
  'mrr_at_risk',
  'renews_at',
  'weekly_events',
  'typical_log_odds',
] as const;

const DATE_COLUMNS = ['as_of_date', 'model_name', 'model_version'] as const;

const PROFILE_COLUMNS = ['account_id', 'name', 'segment', 'region', 'owner'] as const;

/** What `currentScoresOf` reads of the scores. Rows of other dates and models may be among them. */
export const CURRENT_SCORES: Omit<ReaderSelection, 'where'> = {
  relation: accountChurnScores.relation,
  columns: [...SCORE_COLUMNS, ...DATE_COLUMNS],
  orderBy: ['risk_rank'],
};

/** What `profilesOf` reads. */
export const PROFILES: ReaderSelection = { relation: ACCOUNT_PROFILES, columns: PROFILE_COLUMNS };

/**
 * The tenant's scores of its latest as-of date under the champion that scored it last.
 *
 * @param vocabularyOf Finds the words that the drivers are told with
 * @param run The run to read, when the caller knows it; otherwise the tenant's current one is looked up.
 * @returns null for a tenant that was never scored
 */
export async function readCurrentScores(
  reader: TenantReader,
  vocabularyOf: VocabularySource,
  run?: SucceededRun,
): Promise<CurrentScores | null> {
  const current = run ?? (await readSucceededRuns(reader)).at(-1);
  if (current === undefined) return null;
  const scores = rowsOfTenant(reader, { ...CURRENT_SCORES, where: scoredOn(current) });
  const profiles = await profilesOf(rowsOfTenant(reader, PROFILES));
  return currentScoresOf(current, scores, profiles, vocabularyOf);
}

/** The scores of a run, among rows of its tenant. */
export async function currentScoresOf(
  current: SucceededRun,
  scores: TenantRows,
  profiles: AccountProfiles,
  vocabularyOf: VocabularySource,
): Promise<CurrentScores> {
  const numbers = new Map<string, Float64Array[]>();
  const texts = new Map<string, (string | null)[]>();
  for await (const whole of scores.batches()) {
    const batch = rowsScoredOn(current, whole);
    for (const name of SCORE_COLUMNS) {
      if (batch.columns.get(name)?.kind === 'text') append(texts, name, textsOf(batch, name));
      else if (name === 'renews_at')
        numbers.set(name, [...(numbers.get(name) ?? []), millisecondsOf(batch, name)]);
      else numbers.set(name, [...(numbers.get(name) ?? []), numbersOf(batch, name)]);
    }
  }
  const allNumbers = (name: string) => concatenated(numbers.get(name) ?? []);
  const nullableTexts = (name: string) => texts.get(name) ?? [];
  const allTexts = (name: string) => nullableTexts(name) as string[];
  const order = servedOrder({
    accountIds: allTexts('account_id'),
    revisions: allNumbers('revision'),
    isWithdrawn: allNumbers('is_withdrawn'),
    ranks: allNumbers('risk_rank'),
    probability: allNumbers('churn_probability_90d'),
    mrrAtRisk: allNumbers('mrr_at_risk'),
  });
  const number = (name: string) => {
    const values = allNumbers(name);
    return order === null ? values : Float64Array.from(order, (row) => values[row]!);
  };
  const nullableText = (name: string) => {
    const values = nullableTexts(name);
    return order === null ? values : Array.from(order, (row) => values[row]!);
  };
  const text = (name: string) => nullableText(name) as string[];
  const accountIds = text('account_id');
  const rowOfAccount = new Map(accountIds.map((accountId, row) => [accountId, row]));
  return {
    tenantId: scores.tenantId,
    run: current,
    rowCount: accountIds.length,
    accountIds,
    rowOfAccount,
    ...profilesAt(profiles, rowOfAccount),
    probability30d: number('churn_probability_30d'),
    probability60d: number('churn_probability_60d'),
    probability90d: number('churn_probability_90d'),
    probability90dLow: number('churn_probability_90d_low'),
    probability90dHigh: number('churn_probability_90d_high'),
    previousProbability90d: number('previous_probability_90d'),
    bands: text('risk_band').map(riskBand),
    ranks: Float64Array.from(accountIds, (_, row) => row + 1),
    mrr: number('mrr'),
    currencies: nullableText('currency'),
    mrrAtRisk: number('mrr_at_risk'),
    renewsAt: number('renews_at'),
    weeklyEvents: nullableText('weekly_events'),
    typicalLogOdds: number('typical_log_odds'),
    drivers: text('drivers'),
    changeDrivers: text('change_drivers'),
    vocabulary: await vocabularyOf(current.featureSetHash),
  };
}

/** What names accounts to people, by account id; null for what nobody said. */
export type AccountProfiles = ReadonlyMap<string, AccountProfile>;

interface AccountProfile {
  readonly name: string | null;
  readonly segment: string | null;
  readonly region: string | null;
  readonly owner: string | null;
}

/** The same by row. */
export type ProfileColumns = Pick<CurrentScores, 'names' | 'segments' | 'regions' | 'owners'>;

/** The profiles of one tenant's accounts. */
export async function profilesOf(rows: TenantRows): Promise<AccountProfiles> {
  const profiles = new Map<string, AccountProfile>();
  for await (const batch of rows.batches()) {
    const [names, segments] = [textsOf(batch, 'name'), textsOf(batch, 'segment')];
    const [regions, owners] = [textsOf(batch, 'region'), textsOf(batch, 'owner')];
    textsOf(batch, 'account_id').forEach((accountId, at) => {
      const [name, segment, region, owner] = [names[at]!, segments[at]!, regions[at]!, owners[at]!];
      profiles.set(accountId!, { name, segment, region, owner });
    });
  }
  return profiles;
}

/** The profiles of the given accounts, each at its row. */
export function profilesAt(
  profiles: AccountProfiles,
  rowOfAccount: ReadonlyMap<string, number>,
): ProfileColumns {
  const blank = () => new Array<string | null>(rowOfAccount.size).fill(null);
  const [names, segments, regions, owners] = [blank(), blank(), blank(), blank()];
  for (const [accountId, row] of rowOfAccount) {
    const profile = profiles.get(accountId);
    names[row] = profile?.name ?? null;
    segments[row] = profile?.segment ?? null;
    regions[row] = profile?.region ?? null;
    owners[row] = profile?.owner ?? null;
  }
  return { names, segments, regions, owners };
}

/** Of a batch, the rows of one as-of date and version. */
function rowsScoredOn({ asOf, modelName, modelVersion }: ScoredDate, batch: ColumnBatch): ColumnBatch {
  const days = numbersOf(batch, 'as_of_date');
  const [names, versions] = [textsOf(batch, 'model_name'), textsOf(batch, 'model_version')];
  const day = toEpochDay(asOf);
  const isOfDate = (_: number, row: number) =>
    days[row] === day && names[row] === modelName && versions[row] === modelVersion;
  const kept = Array.from(days, (_, row) => row).filter(isOfDate);
  return kept.length === batch.rowCount ? batch : rowsSaying(batch, kept, {});
}

function riskBand(text: string): RiskBand {
  const band = RISK_BANDS.find((known) => known === text);
  if (band === undefined) throw new TypeError(`the scores mart holds an unknown risk band ${text}`);
  return band;
}

function append(
  texts: Map<string, (string | null)[]>,
  name: string,
  values: readonly (string | null)[],
): void {
  const all = texts.get(name) ?? [];
  for (const value of values) all.push(value);
  texts.set(name, all);
}
