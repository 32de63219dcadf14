import type { Finding } from './build-report.ts';

/** Which raw column a finding is about; null where it is about whole rows or accounts. */
export function findingColumn({ finding, reason }: Pick<Finding, 'finding' | 'reason'>): string | null {
  return BY_REASON.has(finding) ? reason : (COLUMNS[finding] ?? null);
}

/** Findings that any of several columns may have: the reason names it. */
const BY_REASON = new Set(['missing_values', 'new_categories']);

const COLUMNS: Readonly<Record<string, string>> = {
  unmapped_event_types: 'event_type',
  orphan_events: 'account_id',
  foreign_events: 'account_id',
  rekeyed_accounts: 'account_id',
  moved_accounts: 'account_id',
  events_before_creation: 'created_at',
  late_events: 'loaded_at',
  events_ahead_of_loading: 'event_time',
  shifted_hours: 'event_time',
  uncountable_quantities: 'quantity',
  quantity_jumps: 'quantity',
  missing_currency_rates: 'currency',
  switched_currency: 'currency',
  revenue_jumps: 'mrr',
  ended_before_start: 'cancelled_at',
  reopened_subscriptions: 'cancelled_at',
};
