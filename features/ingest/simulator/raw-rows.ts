/**
 * Rows as the raw tables take them: column names of the warehouse, timestamps in milliseconds since 1970-01-01,
 * dates in days.
 */
export type RawRow = Readonly<Record<string, string | number | null>>;

// Type aliases, because an interface is no `Record`.

/** An event as it happened; its id and its time of loading come with its delivery. */
export type RecordedEvent = {
  readonly tenant_id: string;
  readonly account_id: string;
  readonly user_id: string | null;
  readonly event_type: string;
  readonly event_time: number;
  readonly quantity: number;
  readonly properties: string | null;
};

export type PlatformEventRow = RecordedEvent & { readonly event_id: string; readonly loaded_at: number };

export type AccountRow = {
  readonly tenant_id: string;
  readonly account_id: string;
  readonly name: string;
  readonly segment: string;
  readonly region: string;
  readonly owner: string;
  readonly created_at: number;
  readonly valid_from: number | null;
  readonly loaded_at: number;
};

export type SubscriptionRow = {
  readonly subscription_id: string;
  readonly tenant_id: string;
  readonly account_id: string;
  readonly product: string;
  readonly plan: string;
  readonly seats: number | null;
  readonly mrr: number;
  readonly currency: string;
  readonly started_at: number;
  readonly renews_at: number;
  readonly cancelled_at: number | null;
  readonly valid_from: number | null;
  readonly loaded_at: number;
};

export type SupportTicketRow = {
  readonly ticket_id: string;
  readonly tenant_id: string;
  readonly account_id: string;
  readonly opened_at: number;
  readonly closed_at: number | null;
  readonly severity: string;
  readonly csat: number | null;
  readonly valid_from: number;
  readonly loaded_at: number;
};

export type CurrencyRateRow = {
  readonly currency: string;
  readonly rate: number;
  readonly valid_from: number;
  readonly loaded_at: number;
};

export type BackfillRow = {
  readonly table_name: string;
  readonly tenant_id: string;
  readonly loaded_from: number;
  readonly loaded_to: number;
};

export type TenantSettingsRow = {
  readonly tenant_id: string;
  /** Null where the platform infers it. */
  readonly churn_definition: 'contractual' | 'inactivity' | 'both' | null;
  readonly reporting_currency: string | null;
  readonly arrival_hours: number;
  readonly data_through: number | null;
};
