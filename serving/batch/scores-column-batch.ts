import { type AsOfDate, toEpochDay } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { BatchColumn, ColumnBatch } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { rankByRisk } from '../scores-mart/rank-by-risk.ts';
import { featureHashes } from './feature-hashes.ts';
import type { TenantFeatures } from './read-features-by-tenant.ts';
import type { ScoredAccounts } from './score-accounts.ts';
import { weeklyEvents } from './weekly-events.ts';

export interface ScoresOrigin {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate;
  readonly model: ScoringModel;
  readonly runId: string;
  readonly scoredAt: Date;
}

/** A tenant's scores as rows of `scores.account_churn_scores`, in the order of the features. */
export function scoresColumnBatch(
  features: TenantFeatures,
  scored: ScoredAccounts,
  origin: ScoresOrigin,
): ColumnBatch {
  const { tenantId, asOf, model, runId, scoredAt } = origin;
  const rowCount = features.frame.rowCount;
  const [probability30d, probability60d, probability90d] = scored.probabilities as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const mrrAtRisk = features.mrr.map((mrr, row) => mrr * probability90d[row]!);
  const cells: Record<string, Float64Array | readonly (string | null)[]> = {
    tenant_id: repeated(tenantId, rowCount),
    account_id: features.accountIds,
    as_of_date: new Float64Array(rowCount).fill(toEpochDay(asOf)),
    model_name: repeated(model.name, rowCount),
    model_version: repeated(model.version, rowCount),
    // The warehouse numbers revisions on as it writes them.
    revision: new Float64Array(rowCount).fill(1),
    is_withdrawn: new Float64Array(rowCount),
    churn_probability_30d: probability30d,
    churn_probability_60d: probability60d,
    churn_probability_90d: probability90d,
    churn_probability_90d_low: scored.interval.low,
    churn_probability_90d_high: scored.interval.high,
    risk_band: scored.bands,
    risk_rank: Float64Array.from(rankByRisk(probability90d, mrrAtRisk, features.accountIds)),
    drivers: scored.drivers,
    previous_probability_90d: scored.previousProbability,
    change_drivers: scored.changeDrivers,
    mrr: features.mrr,
    currency: features.currencies,
    mrr_at_risk: mrrAtRisk,
    renews_at: features.renewsAt,
    weekly_events: weeklyEvents(features.frame),
    typical_log_odds: scored.typicalLogOdds.map(sixDecimals),
    feature_hash: featureHashes(
      features.frame,
      model.featureSet.features.map((feature) => feature.name),
    ),
    run_id: repeated(runId, rowCount),
    scored_at: new Float64Array(rowCount).fill(scoredAt.getTime()),
  };
  const columns = new Map<string, BatchColumn>();
  for (const { name, type } of accountChurnScores.columns) {
    const values = cells[name];
    if (values === undefined) throw new Error(`nothing fills the column ${name} of the scores mart`);
    if (type === 'text' || type === 'json')
      columns.set(name, { kind: 'text', type, values: values as readonly (string | null)[] });
    else columns.set(name, { kind: 'numeric', type, values: values as Float64Array });
  }
  return { rowCount, columns };
}

function repeated(text: string, times: number): readonly string[] {
  return new Array<string>(times).fill(text);
}

/** What a page adds up; more digits are noise. */
function sixDecimals(logOdds: number): number {
  return Math.round(logOdds * 1e6) / 1e6;
}
