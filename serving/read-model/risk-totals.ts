import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { HIGH_RISK, RISK_BANDS, type RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import { filterLeftRows, filterRows, type ScoresFilter } from './scores-query.ts';
import type { TenantScores } from './tenant-scores.ts';
import { weeklyDates } from './weekly-dates.ts';

/** Revenue of some accounts in one currency; amounts of different currencies are never added up. */
export interface CurrencyTotals {
  /** Null where the marts do not say. */
  readonly currency: string | null;
  /** A month, over accounts whose revenue is known. */
  readonly mrr: number;
  readonly mrrAtRisk: number;
}

/** What a filter lets through, added up. */
export interface RiskTotals {
  readonly accounts: number;
  readonly byBand: Readonly<Record<RiskBand, number>>;
  /** The most revenue at risk first; none where no revenue is known. */
  readonly revenue: readonly CurrencyTotals[];
}

/** The same at a date of the past. */
export interface TrendPoint {
  readonly asOf: AsOfDate;
  readonly accounts: number;
  /** At high or critical risk then. */
  readonly highCount: number;
  /**
   * By position of `currencies`: the probability said then times the revenue known last, so that a line moves with the risk and
   * not with prices.
   */
  readonly mrrAtRisk: readonly number[];
}

export interface RiskTrend {
  readonly currencies: readonly (string | null)[];
  /** Ascending, one as-of date a week at most. */
  readonly points: readonly TrendPoint[];
  /** Accounts among the points that left since. */
  readonly leftCount: number;
}

export function riskTotals(scores: TenantScores, filter: ScoresFilter): RiskTotals {
  const rows = filterRows(scores, filter);
  const accounts = rows?.length ?? scores.rowCount;
  const counts = new Array<number>(RISK_BANDS.length).fill(0);
  const revenue = new Map<number, { mrr: number; mrrAtRisk: number }>();
  for (let at = 0; at < accounts; at++) {
    const row = rows === null ? at : rows[at]!;
    counts[scores.bands[row]!]!++;
    const mrr = scores.mrr[row]!;
    if (Number.isNaN(mrr)) continue;
    const code = scores.currencies.codes[row]!;
    const sum = revenue.get(code) ?? { mrr: 0, mrrAtRisk: 0 };
    sum.mrr += mrr;
    sum.mrrAtRisk += scores.mrrAtRisk[row] || 0;
    revenue.set(code, sum);
  }
  return {
    accounts,
    byBand: Object.fromEntries(RISK_BANDS.map((band, at) => [band, counts[at]!])) as RiskTotals['byBand'],
    revenue: [...revenue]
      .map(([code, sum]) => ({ currency: scores.currencies.levels[code] ?? null, ...sum }))
      .sort((a, b) => b.mrrAtRisk - a.mrrAtRisk),
  };
}

/** How what a filter lets through stood on the days of half a year; accounts that left since are counted while they were there. */
export function riskTrend(scores: TenantScores, filter: ScoresFilter): RiskTrend {
  const { history, currencies } = scores;
  const leftRows = filterLeftRows(scores, filter);
  const listed = filterRows(scores, filter);
  const rows = [...(listed ?? Array.from({ length: scores.rowCount }, (_, row) => row)), ...leftRows];
  const codes = [...new Set(rows.map((row) => currencies.codes[row]!))].sort((a, b) => a - b);
  const positionOf = new Map(codes.map((code, position) => [code, position]));
  const points = weeklyDates(history.dates).map((date): TrendPoint => {
    let [accounts, highCount] = [0, 0];
    const mrrAtRisk = codes.map(() => 0);
    for (const row of rows) {
      const probability = history.probabilityAt(row, date);
      if (Number.isNaN(probability)) continue;
      accounts += 1;
      if (history.bandAt(row, date) >= HIGH_RISK) highCount += 1;
      mrrAtRisk[positionOf.get(currencies.codes[row]!)!]! += probability * (scores.mrr[row] || 0);
    }
    return { asOf: history.dates[date]!, accounts, highCount, mrrAtRisk };
  });
  return {
    currencies: codes.map((code) => currencies.levels[code] ?? null),
    points: points.filter(({ accounts }) => accounts > 0),
    leftCount: leftRows.length,
  };
}
