import { SCORE_GATES } from '../contract/score-gates.ts';
import type { Occurrences } from '../files/occurrences.ts';
import type { TableDefinition } from '../warehouse/warehouse.ts';
import {
  accounts,
  activityKinds,
  buildThresholds,
  currencyRates,
  eventKinds,
  featureSettings,
  platformEvents,
  subscriptions,
  supportTickets,
  tenantSettings,
} from './raw-tables.ts';

/** What `churn import` accepts, by the name the command uses. */
export type ImportableTable =
  | 'events'
  | 'accounts'
  | 'subscriptions'
  | 'support-tickets'
  | 'currency-rates'
  | 'tenant-settings'
  | 'event-kinds'
  | 'build-thresholds'
  | 'activity-kinds'
  | 'feature-settings';

export interface ImportRules {
  readonly table: TableDefinition;
  /** Columns that identify what a row is a version of; empty where rows are no versions. */
  readonly versionKey: readonly string[];
  /** Times of things that have happened. A contract may start or end later. */
  readonly pastColumns: readonly string[];
  readonly notNegativeColumns: readonly string[];
  /** Columns of days that may not lie before those of another: what ends has begun. */
  readonly notBefore: Readonly<Record<string, string>>;
  readonly allowedValues: Readonly<Record<string, readonly string[]>>;
  /** How rows without an id are told apart. Absent where the other columns of the key do it alone. */
  readonly occurrences?: Occurrences;
}

/** Findings of the build report, as dbt names them. A test compares them with the defaults that dbt declares. */
export const FINDINGS: readonly string[] = [
  'unmapped_event_types',
  'orphan_events',
  'events_before_creation',
  'late_events',
  'arrival_hours',
  'late_accounts',
  'late_subscriptions',
  'late_tickets',
  'events_ahead_of_loading',
  'uncountable_quantities',
  'events_alike',
  'never_scored',
  'missing_currency_rates',
  'revenue_jumps',
  'ended_before_start',
  'negative_amounts',
  'definition_doubt',
  'outlying_first_events',
  'moved_accounts',
  'events_ended',
  'low_volume',
  'high_volume',
  'missing_days',
  'silent_tenant',
  'stale_source',
  'doubled_events',
  'missing_values',
  'new_categories',
  'quantity_jumps',
  'shifted_hours',
  'foreign_events',
  'rekeyed_accounts',
  'switched_currency',
  'reopened_subscriptions',
  'returned_accounts',
  'lost_rows',
];

export const IMPORT_RULES: Readonly<Record<ImportableTable, ImportRules>> = {
  // A quantity may be negative: a return, a correction.
  events: rules(platformEvents, { pastColumns: ['event_time'] }),
  accounts: rules(accounts, {
    versionKey: ['tenant_id', 'account_id'],
    pastColumns: ['created_at', 'valid_from', 'loaded_at'],
  }),
  subscriptions: rules(subscriptions, {
    versionKey: ['tenant_id', 'account_id', 'subscription_id', 'product', 'started_at'],
    pastColumns: ['valid_from', 'loaded_at'],
    notNegativeColumns: ['seats', 'mrr'],
    notBefore: { cancelled_at: 'started_at' },
  }),
  'support-tickets': rules(supportTickets, {
    versionKey: ['tenant_id', 'account_id', 'ticket_id', 'opened_at'],
    pastColumns: ['opened_at', 'closed_at', 'valid_from', 'loaded_at'],
    notNegativeColumns: ['csat'],
    notBefore: { closed_at: 'opened_at' },
    occurrences: {
      idColumn: 'ticket_id',
      within: ['tenant_id', 'account_id', 'opened_at', 'valid_from'],
      name: ['account_id', 'opened_at'],
      orderedBy: ['severity', 'closed_at', 'csat'],
    },
  }),
  'currency-rates': rules(currencyRates, {
    versionKey: ['currency'],
    pastColumns: ['loaded_at'],
    notNegativeColumns: ['rate'],
  }),
  'tenant-settings': rules(tenantSettings, {
    notNegativeColumns: ['eligible_days', 'silent_days', 'grace_days', 'arrival_hours'],
    allowedValues: { churn_definition: ['contractual', 'inactivity', 'both', 'none'] },
  }),
  'event-kinds': rules(eventKinds, {}),
  'build-thresholds': rules(buildThresholds, {
    notNegativeColumns: ['warn_above', 'refuse_above'],
    allowedValues: { finding: [...FINDINGS, ...SCORE_GATES] },
  }),
  'activity-kinds': rules(activityKinds, {}),
  'feature-settings': rules(featureSettings, {}),
};

/** Settings are replaced by key: a file of them with a bad row is refused, because half of what was meant is another thing. */
export function isConfiguration({ table }: ImportRules): boolean {
  return table.keyColumns.length > 0;
}

function rules(table: TableDefinition, some: Partial<ImportRules>): ImportRules {
  return {
    table,
    versionKey: [],
    pastColumns: [],
    notNegativeColumns: [],
    notBefore: {},
    allowedValues: {},
    ...some,
  };
}
