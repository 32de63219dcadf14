import { type AsOfDate, addDays } from '../../features/contract/as-of-date.ts';
import { HIGH_RISK } from '../../models/scoring/probability/risk-bands.ts';
import { type MoneyByCurrency, moneyByCurrency } from '../scores-mart/money-by-currency.ts';
import { textAt } from './coded-texts.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Accounts that renew within seven days, added up. */
export interface RenewalWeek {
  readonly from: AsOfDate;
  /** Its last day. */
  readonly to: AsOfDate;
  readonly accounts: number;
  /** At high or critical risk. */
  readonly highCount: number;
  /** A month, by currency; '' where it is not known. */
  readonly mrr: MoneyByCurrency;
  readonly mrrAtRisk: MoneyByCurrency;
}

export interface Renewals {
  /** From the as-of date on, without a gap. */
  readonly weeks: readonly RenewalWeek[];
  /** Rows at high or critical risk that renew in these weeks, the earliest first. */
  readonly highRows: readonly number[];
  /** Accounts whose renewal was due before the as-of date. */
  readonly overdueCount: number;
  /** Accounts without a known renewal. */
  readonly unknownCount: number;
}

/** Thirteen weeks are a quarter. */
const WEEKS = 13;
const DAY_MILLISECONDS = 86_400_000;

/** What renews in the quarter from the as-of date on, and its risk. */
export function renewals(scores: TenantScores): Renewals {
  const { renewsAt, bands, run, rowCount } = scores;
  const start = Date.parse(run.asOf);
  const rowsOf = Array.from({ length: WEEKS }, (): number[] => []);
  let [overdueCount, unknownCount] = [0, 0];
  for (let row = 0; row < rowCount; row++) {
    const week = Math.floor((renewsAt[row]! - start) / DAY_MILLISECONDS / 7);
    if (Number.isNaN(week)) unknownCount += 1;
    else if (week < 0) overdueCount += 1;
    else rowsOf[week]?.push(row);
  }
  return {
    weeks: rowsOf.map((rows, week) => {
      const currencies = rows.map((row) => textAt(scores.currencies, row));
      const sum = (amounts: Float64Array) =>
        moneyByCurrency(
          rows.map((row) => amounts[row]!),
          currencies,
        );
      return {
        from: addDays(run.asOf, 7 * week),
        to: addDays(run.asOf, 7 * week + 6),
        accounts: rows.length,
        highCount: rows.filter((row) => bands[row]! >= HIGH_RISK).length,
        mrr: sum(scores.mrr),
        mrrAtRisk: sum(scores.mrrAtRisk),
      };
    }),
    highRows: rowsOf
      .flat()
      .filter((row) => bands[row]! >= HIGH_RISK)
      .sort((a, b) => renewsAt[a]! - renewsAt[b]! || a - b),
    overdueCount,
    unknownCount,
  };
}
