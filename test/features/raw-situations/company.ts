import type { Row } from '../marts/small-raw-layer.ts';

/** The history of every company here: 300 days of events, the last one on LAST_DAY. */
export const FIRST_DAY = '2025-03-03';
export const LAST_DAY = '2025-12-27';

/** Created before the history begins. */
export function account(tenant_id: string, account_id: string, more: Row = {}): Row {
  return {
    tenant_id,
    account_id,
    name: `Company ${account_id}`,
    segment: 'smb',
    region: 'emea',
    created_at: '2025-01-06',
    ...more,
  };
}

/** An annual contract that runs beyond the history. */
export function subscription(tenant_id: string, account_id: string, more: Row = {}): Row {
  return {
    subscription_id: `${account_id}-main`,
    tenant_id,
    account_id,
    product: 'crm',
    plan: 'pro',
    seats: 10,
    mrr: 100,
    currency: 'USD',
    started_at: '2025-01-20',
    renews_at: '2026-01-20',
    cancelled_at: null,
    ...more,
  };
}

export function event(tenant_id: string, account_id: string, event_time: string, more: Row = {}): Row {
  return { tenant_id, account_id, user_id: 'ann', event_type: 'email_sent', event_time, ...more };
}

/** An event on every so many days, at ten o'clock. */
export function events(
  tenant: string,
  account_id: string,
  { from = FIRST_DAY, through = LAST_DAY, everyDays = 1 } = {},
): Row[] {
  const rows: Row[] = [];
  for (let day = from; day <= through; day = daysAfter(day, everyDays))
    rows.push(event(tenant, account_id, `${day}T10:00:00`));
  return rows;
}

/** @example daysAfter('2025-02-27', 2) // '2025-03-01' */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Ids m0 … m7 of a company's accounts. */
export const ACCOUNTS = Array.from({ length: 8 }, (_, number) => `m${number}`);
