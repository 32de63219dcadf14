import { type AsOfDate, addDays, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { rowsOfTenant, type TenantRows } from '../../features/warehouse/tenant-rows.ts';
import type { ReaderSelection, TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter } from '../../features/warehouse/warehouse.ts';
import { RISK_BANDS, type RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import { accountChurnScores } from './account-churn-scores.ts';
import { numbersOf, textsOf } from './column-values.ts';
import type { ScoredDayTotals } from './current-scores.ts';
import type { SucceededRun } from './succeeded-runs.ts';

/** How far back an account's history is shown. */
export const HISTORY_DAYS = 182;

/** An account's score at one as-of date. */
export interface HistoryPoint {
  readonly asOf: AsOfDate;
  readonly probability90d: number;
  readonly band: RiskBand;
}

/** Ascending as-of dates by account id. */
export type AccountHistory = ReadonlyMap<string, readonly HistoryPoint[]>;

export interface ScoreHistory {
  readonly history: AccountHistory;
  readonly trend: readonly ScoredDayTotals[];
  /** The model of each as-of date, as `name version`. */
  readonly modelOf: ReadonlyMap<AsOfDate, string>;
  /** What each account paid a month when it was last scored; NaN and null where unknown. */
  readonly lastRevenue: ReadonlyMap<string, { readonly mrr: number; readonly currency: string | null }>;
}

/**
 * Half a year of one tenant's scores up to its current run, each as-of date under the champion that scored it
 * last, in its latest revision: a new model does not rewrite history.
 *
 * @param runs The tenant's succeeded runs, the current one last
 */
export async function readScoreHistory(
  reader: TenantReader,
  runs: readonly SucceededRun[],
): Promise<ScoreHistory> {
  const current = runs.at(-1);
  if (current === undefined)
    return { history: new Map(), trend: [], modelOf: new Map(), lastRevenue: new Map() };
  return scoreHistoryOf(runs, rowsOfTenant(reader, { ...SCORE_HISTORY, where: historyBefore(current.asOf) }));
}

/** What `scoreHistoryOf` reads. */
export const SCORE_HISTORY: Omit<ReaderSelection, 'where'> = {
  relation: accountChurnScores.relation,
  columns: [
    'account_id',
    'as_of_date',
    'model_name',
    'model_version',
    'revision',
    'is_withdrawn',
    'churn_probability_90d',
    'risk_band',
    'mrr',
    'currency',
    'mrr_at_risk',
  ],
  orderBy: ['as_of_date', 'account_id', 'revision'],
};

/** The key filter for the history of scores of this day; later rows may come with it. */
export function historyBefore(asOf: AsOfDate): readonly KeyFilter[] {
  return [{ column: 'as_of_date', is: '>=', value: addDays(asOf, -HISTORY_DAYS) }];
}

/** @param rows The tenant's rows from half a year before its current run on; older ones are passed over */
export async function scoreHistoryOf(runs: readonly SucceededRun[], rows: TenantRows): Promise<ScoreHistory> {
  const modelOf = new Map(runs.map((run) => [run.asOf, modelKey(run.modelName, run.modelVersion)]));
  const first = addDays(runs.at(-1)!.asOf, -HISTORY_DAYS);
  const history = new Map<string, HistoryPoint[]>();
  const totals = new Map<AsOfDate, MutableTotals>();
  const lastRevenue = new Map<string, { readonly mrr: number; readonly currency: string | null }>();
  const add = ({ accountId, asOf, probability90d, band, mrrAtRisk, mrr, currency }: Score) => {
    lastRevenue.set(accountId, { mrr, currency });
    const points = history.get(accountId) ?? [];
    points.push({ asOf, probability90d, band });
    history.set(accountId, points);
    const total = totals.get(asOf) ?? emptyTotals(asOf);
    total.accounts += 1;
    total.accountsByBand[band] += 1;
    const code = currency ?? '';
    if (mrrAtRisk > 0) total.mrrAtRisk.set(code, (total.mrrAtRisk.get(code) ?? 0) + mrrAtRisk);
    totals.set(asOf, total);
  };
  // The revisions of a score follow each other, and the last of them counts.
  let last: Score | null = null;
  for await (const batch of rows.batches()) {
    const accountIds = textsOf(batch, 'account_id');
    const [names, versions] = [textsOf(batch, 'model_name'), textsOf(batch, 'model_version')];
    const [days, bands] = [numbersOf(batch, 'as_of_date'), textsOf(batch, 'risk_band')];
    const [probability, mrrAtRisk] = [
      numbersOf(batch, 'churn_probability_90d'),
      numbersOf(batch, 'mrr_at_risk'),
    ];
    const [mrr, currencies] = [numbersOf(batch, 'mrr'), textsOf(batch, 'currency')];
    const isWithdrawn = numbersOf(batch, 'is_withdrawn');
    for (let row = 0; row < batch.rowCount; row++) {
      const asOf = fromEpochDay(days[row]!);
      if (asOf < first || modelOf.get(asOf) !== modelKey(names[row]!, versions[row]!)) continue;
      const accountId = accountIds[row]!;
      if (last !== null && !last.isWithdrawn && (last.accountId !== accountId || last.asOf !== asOf))
        add(last);
      last = {
        accountId,
        asOf,
        probability90d: probability[row]!,
        band: bands[row] as RiskBand,
        mrrAtRisk: mrrAtRisk[row]!,
        mrr: mrr[row]!,
        currency: currencies[row] ?? null,
        isWithdrawn: isWithdrawn[row] === 1,
      };
    }
  }
  if (last !== null && !last.isWithdrawn) add(last);
  const trend = [...totals.values()].map((total) => ({
    ...total,
    mrrAtRisk: Object.fromEntries(total.mrrAtRisk),
  }));
  return {
    history,
    trend,
    modelOf,
    lastRevenue,
  };
}

interface Score extends HistoryPoint {
  readonly accountId: string;
  readonly mrrAtRisk: number;
  readonly mrr: number;
  readonly currency: string | null;
  readonly isWithdrawn: boolean;
}

interface MutableTotals {
  readonly asOf: AsOfDate;
  accounts: number;
  readonly accountsByBand: Record<RiskBand, number>;
  /** By currency. */
  readonly mrrAtRisk: Map<string, number>;
}

function emptyTotals(asOf: AsOfDate): MutableTotals {
  const accountsByBand = Object.fromEntries(RISK_BANDS.map((band) => [band, 0])) as Record<RiskBand, number>;
  return { asOf, accounts: 0, accountsByBand, mrrAtRisk: new Map() };
}

function modelKey(name: string, version: string): string {
  return `${name} ${version}`;
}
