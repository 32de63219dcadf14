import { martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

/** A Monday between two dates of the regular grid. */
export const AS_OF = '2026-06-01';

/** What a user of tenant acme did. */
export const event = (account: string, time: string, more: Row = {}): Row => ({
  tenant_id: 'acme',
  account_id: account,
  user_id: 'ann',
  event_type: 'email_sent',
  event_time: time,
  ...more,
});

/** An account of tenant acme, created on 2025-11-01. */
export const account = (id: string, more: Row = {}): Row => ({
  tenant_id: 'acme',
  account_id: id,
  name: `Company ${id}`,
  segment: 'smb',
  region: 'emea',
  owner: 'Team North',
  created_at: '2025-11-01',
  ...more,
});

/** An annual subscription of an account, from 2025-11-15. */
export const subscription = (id: string, more: Row = {}): Row => ({
  tenant_id: 'acme',
  account_id: id,
  plan: 'pro',
  seats: 10,
  mrr: 500,
  currency: 'usd',
  started_at: '2025-11-15',
  renews_at: '2026-11-15',
  ...more,
});

export const throughAsOf: Row = { tenant_id: 'acme', data_through: AS_OF };

/** Something early, so that the tenant's as-of dates begin before AS_OF. */
export const earlyEvent = event('early', '2025-12-01T09:00:00', { user_id: null });

/** The row of account_features of one account at one as-of date. */
export async function featuresOf(raw: RawLayer, id: string, asOf = AS_OF): Promise<Row> {
  const rows = await (await martsFrom({ ...raw, as_of_requests: [{ as_of_date: asOf }] }))(
    'account_features',
  );
  return rows.find((row) => row.account_id === id && row.as_of_date === asOf)!;
}
