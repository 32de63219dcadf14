import type { TableDefinition } from '../warehouse/warehouse.ts';
import { accounts, platformEvents, subscriptions, supportTickets, tenantSettings } from './raw-tables.ts';

/** What `churn import` accepts, by the name the command uses. */
export type ImportableTable = 'events' | 'accounts' | 'subscriptions' | 'support-tickets' | 'tenant-settings';

export interface ImportRules {
  readonly table: TableDefinition;
  /** Times of things that have happened. A contract may start or end later. */
  readonly pastColumns: readonly string[];
  readonly notNegativeColumns: readonly string[];
  readonly allowedValues: Readonly<Record<string, readonly string[]>>;
}

export const IMPORT_RULES: Readonly<Record<ImportableTable, ImportRules>> = {
  // A quantity may be negative: a return, a correction.
  events: rules(platformEvents, { pastColumns: ['event_time'] }),
  accounts: rules(accounts, { pastColumns: ['created_at'] }),
  subscriptions: rules(subscriptions, { notNegativeColumns: ['seats', 'mrr'] }),
  'support-tickets': rules(supportTickets, {
    pastColumns: ['opened_at', 'closed_at'],
    notNegativeColumns: ['csat'],
  }),
  'tenant-settings': rules(tenantSettings, {
    notNegativeColumns: ['eligible_days'],
    allowedValues: { churn_definition: ['contractual', 'inactivity'] },
  }),
};

function rules(table: TableDefinition, some: Partial<ImportRules>): ImportRules {
  return { table, pastColumns: [], notNegativeColumns: [], allowedValues: {}, ...some };
}
