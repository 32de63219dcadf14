import type { ColumnDefinition, ColumnType, TableDefinition } from '../warehouse/warehouse.ts';

/** The raw layer: what lands before any transformation. dbt declares the same tables as sources. */

export const platformEvents = rawTable('platform_events', [], {
  tenant_id: 'text!',
  account_id: 'text!',
  user_id: 'text',
  event_type: 'text!',
  event_time: 'timestamp!',
  quantity: 'number',
  properties: 'json',
  loaded_at: 'timestamp!',
});

export const accounts = rawTable('accounts', ['tenant_id', 'account_id'], {
  tenant_id: 'text!',
  account_id: 'text!',
  name: 'text',
  segment: 'text',
  region: 'text',
  owner: 'text',
  created_at: 'timestamp!',
});

export const subscriptions = rawTable('subscriptions', ['tenant_id', 'account_id', 'started_at'], {
  tenant_id: 'text!',
  account_id: 'text!',
  plan: 'text',
  seats: 'integer',
  mrr: 'number',
  currency: 'text',
  started_at: 'timestamp!',
  renews_at: 'timestamp',
  cancelled_at: 'timestamp',
});

export const supportTickets = rawTable('support_tickets', ['tenant_id', 'account_id', 'opened_at'], {
  tenant_id: 'text!',
  account_id: 'text!',
  opened_at: 'timestamp!',
  closed_at: 'timestamp',
  severity: 'text',
  csat: 'number',
});

/**
 * What differs by tenant and cannot be told from its rows. A tenant without a row has the defaults: contractual
 * churn where it has subscriptions and inactivity churn where not, 28 eligible days, data through the last
 * full day that the platform has events for.
 */
export const tenantSettings = rawTable('tenant_settings', ['tenant_id'], {
  tenant_id: 'text!',
  /** `contractual` or `inactivity`. */
  churn_definition: 'text',
  /** For inactivity churn: an account is scored only if it was active within this many days before the as-of date. */
  eligible_days: 'integer',
  /** Events are complete before this UTC midnight; set it for a tenant whose feed ended. */
  data_through: 'date',
});

/** As-of dates that features were requested for, beyond the regular grid (a backfill, last Tuesday's list). */
export const asOfRequests = rawTable('as_of_requests', ['as_of_date'], { as_of_date: 'date!' });

/** Files that are already imported, by content hash: importing the same file again changes nothing. */
export const importedFiles = rawTable('imported_files', ['table_name', 'content_hash'], {
  table_name: 'text!',
  content_hash: 'text!',
  file_name: 'text!',
  row_count: 'integer!',
  imported_at: 'timestamp!',
});

export const RAW_TABLES: readonly TableDefinition[] = [
  platformEvents,
  accounts,
  subscriptions,
  supportTickets,
  tenantSettings,
  asOfRequests,
  importedFiles,
];

/** `!` marks a column that may not be null. */
function rawTable(
  name: string,
  keyColumns: readonly string[],
  columns: Readonly<Record<string, ColumnType | `${ColumnType}!`>>,
): TableDefinition {
  return {
    relation: { schema: 'raw', name },
    keyColumns,
    columns: Object.entries(columns).map(
      ([column, type]): ColumnDefinition => ({
        name: column,
        type: type.replace('!', '') as ColumnType,
        nullable: !type.endsWith('!'),
      }),
    ),
  };
}
