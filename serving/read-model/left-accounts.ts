import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { HIGH_RISK, RISK_BANDS, type RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import { textAt } from './coded-texts.ts';
import type { TenantScores } from './tenant-scores.ts';

/** What was said of an account that is not scored any more: it churned, or was not active enough to be scored. */
export interface LeftAccount {
  readonly accountId: string;
  readonly name: string | null;
  readonly lastScored: AsOfDate;
  /** When it was last scored. */
  readonly probability90d: number;
  readonly band: RiskBand;
  /** The first day at high or critical risk without a better one up to the last; null where the last was better. */
  readonly highSince: AsOfDate | null;
  /** Whether it was at high or critical risk on any day. */
  readonly wasHigh: boolean;
  /** A month, when it was last scored; NaN where unknown. */
  readonly mrr: number;
  readonly currency: string | null;
}

/** Accounts that were scored within half a year and are not any more: who left last comes first, then who was at most risk. */
export function leftAccounts(scores: TenantScores): LeftAccount[] {
  const { left, history, currencies, mrr, rowCount } = scores;
  const accounts: LeftAccount[] = [];
  for (const [at, accountId] of left.accountIds.entries()) {
    const row = rowCount + at;
    const points = history.of(row);
    const last = points.at(-1);
    if (last === undefined) continue;
    const isHigh = points.map(({ band }) => RISK_BANDS.indexOf(band) >= HIGH_RISK);
    accounts.push({
      accountId,
      name: left.names[at]!,
      lastScored: last.asOf,
      probability90d: last.probability90d,
      band: last.band,
      highSince: isHigh.at(-1) ? points[isHigh.lastIndexOf(false) + 1]!.asOf : null,
      wasHigh: isHigh.includes(true),
      mrr: mrr[row]!,
      currency: textAt(currencies, row),
    });
  }
  return accounts.sort((a, b) =>
    a.lastScored === b.lastScored
      ? b.probability90d - a.probability90d
      : a.lastScored < b.lastScored
        ? 1
        : -1,
  );
}
