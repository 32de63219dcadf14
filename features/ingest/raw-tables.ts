import type { ColumnDefinition, ColumnType, TableDefinition } from '../warehouse/warehouse.ts';

/**
 * The raw layer: what lands before any transformation. dbt declares the same tables as sources.
 *
 * Accounts, subscriptions and tickets hold every version that arrived, and nothing is overwritten. A version holds from
 * `valid_from` and is known from `loaded_at`. Without a `valid_from` it holds from its arrival, or in a declared
 * back-fill from the start.
 */

/** One row per recorded event. */
export const platformEvents = rawTable('platform_events', [], {
  event_id: 'text',
  tenant_id: 'text!',
  account_id: 'text!',
  user_id: 'text',
  event_type: 'text!',
  event_time: 'timestamp!',
  quantity: 'number',
  properties: 'json',
  loaded_at: 'timestamp!',
});

/** One row per version of an account. */
export const accounts = rawTable('accounts', [], {
  tenant_id: 'text!',
  account_id: 'text!',
  name: 'text',
  segment: 'text',
  region: 'text',
  owner: 'text',
  created_at: 'timestamp!',
  valid_from: 'timestamp',
  loaded_at: 'timestamp!',
});

/** One row per version of a subscription. Without an id, account, product and start identify it. */
export const subscriptions = rawTable('subscriptions', [], {
  subscription_id: 'text',
  tenant_id: 'text!',
  account_id: 'text!',
  product: 'text',
  plan: 'text',
  seats: 'integer',
  /** Monthly recurring revenue in units of `currency`, not in cents. */
  mrr: 'number',
  currency: 'text',
  started_at: 'timestamp!',
  renews_at: 'timestamp',
  cancelled_at: 'timestamp',
  valid_from: 'timestamp',
  loaded_at: 'timestamp!',
});

/** One row per version of a ticket. Without an id, account and time of opening identify it. */
export const supportTickets = rawTable('support_tickets', [], {
  ticket_id: 'text',
  tenant_id: 'text!',
  account_id: 'text!',
  opened_at: 'timestamp!',
  closed_at: 'timestamp',
  severity: 'text',
  csat: 'number',
  valid_from: 'timestamp',
  loaded_at: 'timestamp!',
});

/** One row per version of a currency's rate. */
export const currencyRates = rawTable('currency_rates', [], {
  /** ISO 4217 code. */
  currency: 'text!',
  /** Worth of one unit, in a base currency that all rates share; the base itself has the rate 1. */
  rate: 'number!',
  valid_from: 'timestamp',
  loaded_at: 'timestamp!',
});

/** What differs by tenant and cannot be read off its rows. A tenant without a row has the defaults. */
export const tenantSettings = rawTable('tenant_settings', ['tenant_id'], {
  tenant_id: 'text!',
  /** `contractual`, `inactivity`, `both` (by whether the account ever subscribed) or `none`. */
  churn_definition: 'text',
  /** Inactivity churn: scored only if active within this many days before the as-of date; default 28. */
  eligible_days: 'integer',
  /** Inactivity churn: an account has churned after this many silent days; default 30. */
  silent_days: 'integer',
  /** Contractual churn: an ended contract counts after this many days without a successor; default 1. */
  grace_days: 'integer',
  /** ISO 4217 code that revenue is converted to; default: each account's own currency. */
  reporting_currency: 'text',
  /** Rows that arrive within this many hours after a UTC midnight still count for that midnight; default 0. */
  arrival_hours: 'integer',
  /** Events before this day make no as-of dates; default: outlying first events are left out. */
  history_from: 'date',
  /** Events are complete before this UTC midnight: what a feed declares, or where one ended. `*` declares it for all tenants. */
  data_through: 'date',
});

/** Event types that the platform itself assigns to a kind of activity, in place of the defaults. */
export const eventKinds = rawTable('event_kinds', ['event_type'], {
  event_type: 'text!',
  activity_kind: 'text!',
});

/** Limits of the build report that differ from the defaults, by finding; a missing limit never warns or refuses. */
export const buildThresholds = rawTable('build_thresholds', ['tenant_id', 'finding'], {
  /** `*` stands for every tenant without a row of its own. */
  tenant_id: 'text!',
  finding: 'text!',
  /** Shares of the tenant's rows, from 0 to 1. */
  warn_above: 'number',
  refuse_above: 'number',
});

/**
 * Kinds of activity that the platform itself declares, or says something else of than the defaults. What a row leaves out
 * stays as it is.
 */
export const activityKinds = rawTable('activity_kinds', ['activity_kind'], {
  /** A word of letters, digits and underscores: columns are named after it. */
  activity_kind: 'text!',
  /** What people call it, in the plural: "lessons watched". A new kind needs one. */
  label: 'text',
  /** Of its counts; default `count`. */
  unit: 'text',
  /** `low` (default): risk goes with little of it; `high`: with much of it; `either`. */
  risk_when: 'text',
  /** What to do where much of it raises the risk, and where little of it does. */
  play_up: 'text',
  play_down: 'text',
  /** False takes the kind out: its event types count as `other`. */
  in_use: 'boolean',
});

/** Windows and the grid of as-of dates, as text by setting: `window_days`, `grid_start`, `grid_step_days`. */
export const featureSettings = rawTable('feature_settings', ['setting'], {
  setting: 'text!',
  value: 'text!',
});

/** Declared back-fills: rows of a table loaded in this range count from their event time, not from their arrival. */
export const backfills = rawTable('backfills', ['table_name', 'tenant_id', 'loaded_from'], {
  table_name: 'text!',
  /** `*` stands for every tenant. */
  tenant_id: 'text!',
  loaded_from: 'timestamp!',
  /** The last instant of the range. */
  loaded_to: 'timestamp!',
});

/**
 * Erasures, and what was erased. What a row names stays out of the marts from then on, whatever arrives later. Rows of one
 * erasure share its id: a tenant's has one for its own tenant and one for its account with the operator.
 */
export const erasures = rawTable('erasures', ['tenant_id', 'erasure_id'], {
  tenant_id: 'text!',
  erasure_id: 'text!',
  /** SHA-256 of `tenant_id/account_id` in hexadecimal, since the record is not to keep what was erased; null for all of a tenant. */
  account_hash: 'text',
  reason: 'text!',
  requested_by: 'text!',
  requested_at: 'timestamp!',
  /** `requested` until everything is done. */
  status: 'text!',
  finished_at: 'timestamp',
  /** Rows found by table, and files. */
  found: 'json!',
});

/** As-of dates that somebody asked features for, beyond the regular grid (a backfill, last Tuesday's list). */
export const asOfRequests = rawTable('as_of_requests', ['as_of_date'], { as_of_date: 'date!' });

/** Files already taken in, by content hash: importing the same file again changes nothing. */
export const importedFiles = rawTable('imported_files', ['table_name', 'content_hash'], {
  table_name: 'text!',
  content_hash: 'text!',
  file_name: 'text!',
  row_count: 'integer!',
  imported_at: 'timestamp!',
});

/** Rows of files that an import left out, to be mended and imported again. */
export const quarantinedRows = rawTable('quarantined_rows', [], {
  table_name: 'text!',
  /** Of the file, as in imported_files. */
  content_hash: 'text!',
  file_name: 'text!',
  /** 1 for the first row; a header is not counted. */
  row_number: 'integer!',
  /** Null where the row does not say, or cannot be read. By these two an erasure finds the row. */
  tenant_id: 'text',
  account_id: 'text',
  reason: 'text!',
  /** Every field of the row, as the file has it. */
  row: 'json!',
  quarantined_at: 'timestamp!',
});

export const RAW_TABLES: readonly TableDefinition[] = [
  platformEvents,
  accounts,
  subscriptions,
  supportTickets,
  currencyRates,
  tenantSettings,
  eventKinds,
  buildThresholds,
  activityKinds,
  featureSettings,
  backfills,
  erasures,
  asOfRequests,
  importedFiles,
  quarantinedRows,
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
