import type { TableDefinition } from '../warehouse/warehouse.ts';
import {
  accounts,
  currencyRates,
  eventKinds,
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
  | 'event-kinds';

export interface ImportRules {
  readonly table: TableDefinition;
  /** Columns that identify what a row is a version of; empty where rows are no versions. */
  readonly versionKey: readonly string[];
  /** Times of things that have happened. A contract may start or end later. */
  readonly pastColumns: readonly string[];
  readonly notNegativeColumns: readonly string[];
  readonly allowedValues: Readonly<Record<string, readonly string[]>>;
}

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
  }),
  'support-tickets': rules(supportTickets, {
    versionKey: ['tenant_id', 'account_id', 'ticket_id', 'opened_at'],
    pastColumns: ['opened_at', 'closed_at', 'valid_from', 'loaded_at'],
    notNegativeColumns: ['csat'],
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
};

function rules(table: TableDefinition, some: Partial<ImportRules>): ImportRules {
  return { table, versionKey: [], pastColumns: [], notNegativeColumns: [], allowedValues: {}, ...some };
}
