import type { TenantId } from '../../features/contract/tenant-id.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { ColumnBatch, TableChange, TableDefinition } from '../../features/warehouse/warehouse.ts';
import type { ScoredDate } from './scored-date.ts';

/** Weeks before the as-of date whose events a score keeps, from the same counts that it was made from. */
export const WEEKS_KEPT = 12;

/**
 * Grain: one row per tenant, account, as-of date, model version and revision. Scoring overwrites and deletes nothing: a score
 * that comes out otherwise than before is the next revision. The latest one is served, unless it says that the score is
 * withdrawn. A revision that withdraws repeats what it takes back.
 */
export const accountChurnScores: TableDefinition = {
  relation: { schema: 'scores', name: 'account_churn_scores' },
  keyColumns: ['tenant_id', 'account_id', 'as_of_date', 'model_name', 'model_version', 'revision'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    { name: 'model_name', type: 'text', nullable: false },
    { name: 'model_version', type: 'text', nullable: false },
    { name: 'revision', type: 'integer', nullable: false, forEarlierRows: 1 },
    { name: 'is_withdrawn', type: 'boolean', nullable: false, forEarlierRows: false },
    { name: 'churn_probability_30d', type: 'number', nullable: false },
    { name: 'churn_probability_60d', type: 'number', nullable: false },
    { name: 'churn_probability_90d', type: 'number', nullable: false },
    { name: 'churn_probability_90d_low', type: 'number', nullable: true, forEarlierRows: null },
    { name: 'churn_probability_90d_high', type: 'number', nullable: true, forEarlierRows: null },
    { name: 'risk_band', type: 'text', nullable: false },
    { name: 'risk_rank', type: 'integer', nullable: false },
    { name: 'drivers', type: 'json', nullable: false },
    { name: 'previous_probability_90d', type: 'number', nullable: true },
    { name: 'change_drivers', type: 'json', nullable: false },
    { name: 'mrr', type: 'number', nullable: true },
    { name: 'currency', type: 'text', nullable: true, forEarlierRows: null },
    { name: 'mrr_at_risk', type: 'number', nullable: true },
    { name: 'renews_at', type: 'timestamp', nullable: true },
    { name: 'weekly_events', type: 'json', nullable: true, forEarlierRows: null },
    { name: 'typical_log_odds', type: 'number', nullable: true, forEarlierRows: null },
    { name: 'feature_hash', type: 'text', nullable: false },
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'scored_at', type: 'timestamp', nullable: false },
  ],
};

/** Scores of one date as revisions: each row that says something else than the latest revision of its account. */
export function appendedScores(
  tenantIds: readonly TenantId[],
  { asOf, modelName, modelVersion }: ScoredDate,
  rows: readonly ColumnBatch[],
): TableChange {
  return {
    mode: 'appendRevisions',
    table: accountChurnScores,
    rows: rowSource(...rows),
    partition: [
      { column: 'tenant_id', value: tenantIds },
      { column: 'as_of_date', value: asOf },
      { column: 'model_name', value: modelName },
      { column: 'model_version', value: modelVersion },
    ],
    // The same score again is the same row, which keeps when and by which run it was made. Its rank follows from the others.
    ignoreWhenComparing: ['scored_at', 'run_id', 'risk_rank'],
  };
}
