import { known } from '../scores-mart/known.ts';
import { explainDrivers } from '../scores-mart/tell-drivers.ts';
import { accountAt } from './risk-list-page.ts';
import { runJson } from './run-json.ts';
import type { AccountDetail } from './score-documents.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Everything about one account: its score, why, what moved it, and half a year of scores. */
export function accountDetail(scores: TenantScores, row: number): AccountDetail {
  const weekly = scores.activity.of(row);
  return {
    ...runJson(scores),
    ...accountAt(scores, row),
    drivers: explainDrivers(scores.drivers.text(row), scores.vocabulary, 'score'),
    change_drivers: explainDrivers(scores.changeDrivers.text(row), scores.vocabulary, 'change'),
    history: scores.history.of(row).map(({ asOf, probability90d, band, model }) => ({
      as_of_date: asOf,
      churn_probability_90d: probability90d,
      risk_band: band,
      model,
    })),
    weekly_events: weekly === null ? null : [...weekly],
    typical_log_odds: known(scores.typicalLogOdds[row]!),
  };
}
