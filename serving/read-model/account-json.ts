import type { CurrentScores } from '../scores-mart/current-scores.ts';
import { known } from '../scores-mart/known.ts';
import { tellDrivers } from '../scores-mart/tell-drivers.ts';
import type { AccountRisk } from './score-documents.ts';

/** One account of the risk list as the API shows it. Unknown numbers are null. */
export function accountJson(scores: CurrentScores, row: number): AccountRisk {
  const probability = scores.probability90d[row]!;
  const previous = known(scores.previousProbability90d[row]!);
  const renewsAt = known(scores.renewsAt[row]!);
  return {
    account_id: scores.accountIds[row]!,
    name: scores.names[row]!,
    segment: scores.segments[row]!,
    region: scores.regions[row]!,
    owner: scores.owners[row]!,
    risk_rank: scores.ranks[row]!,
    risk_band: scores.bands[row]!,
    churn_probability_30d: scores.probability30d[row]!,
    churn_probability_60d: scores.probability60d[row]!,
    churn_probability_90d: probability,
    churn_probability_90d_low: known(scores.probability90dLow[row]!),
    churn_probability_90d_high: known(scores.probability90dHigh[row]!),
    previous_probability_90d: previous,
    change_90d: previous === null ? null : probability - previous,
    mrr: known(scores.mrr[row]!),
    currency: scores.currencies[row]!,
    mrr_at_risk: known(scores.mrrAtRisk[row]!),
    renews_at: renewsAt === null ? null : new Date(renewsAt).toISOString(),
    drivers: tellDrivers(scores.drivers[row]!, scores.vocabulary, 'score'),
  };
}
