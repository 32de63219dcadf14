import { accountAt } from './risk-list-page.ts';
import { runJson } from './run-json.ts';
import type { AccountDetail } from './score-documents.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Everything about one account: its score, why, what moved it, and half a year of scores. */
export function accountDetail(scores: TenantScores, row: number): AccountDetail {
  return {
    ...runJson(scores),
    ...accountAt(scores, row),
    change_drivers: JSON.parse(scores.changeDrivers.text(row)) as AccountDetail['change_drivers'],
    history: scores.history.of(row).map(({ asOf, probability90d, band }) => ({
      as_of_date: asOf,
      churn_probability_90d: probability90d,
      risk_band: band,
    })),
  };
}
