import { describe, expect, it } from 'vitest';
import { account, earlyEvent, event, subscription } from './acme.ts';
import { martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

const TABLES = ['platform_events', 'accounts', 'subscriptions', 'support_tickets'];

/** All that was loaded up to a day is a declared back-fill; what comes later counts from its arrival. */
const backfilledUntil = (day: string): readonly Row[] =>
  TABLES.map((table_name) => ({
    table_name,
    tenant_id: '*',
    loaded_from: '1970-01-01',
    loaded_to: day,
  }));

const settings: Row = { tenant_id: 'acme', churn_definition: 'contractual', data_through: '2026-09-01' };

const ticket: Row = {
  tenant_id: 'acme',
  account_id: 'm0',
  ticket_id: 't1',
  opened_at: '2026-01-12T10:00:00',
  severity: 'high',
};

const january: RawLayer = {
  backfills: backfilledUntil('2026-01-31'),
  tenant_settings: [settings],
  accounts: ['m0', 'm1'].map((id) => account(id, { loaded_at: '2026-01-31' })),
  subscriptions: ['m0', 'm1'].map((id) =>
    subscription(id, { subscription_id: `s-${id}`, mrr: 100, loaded_at: '2026-01-31' }),
  ),
  support_tickets: [{ ...ticket, loaded_at: '2026-01-31' }],
  platform_events: [{ ...earlyEvent, loaded_at: '2026-01-31' }],
};

const june = '2026-06-10T02:00:00';

const withJune: RawLayer = {
  ...january,
  accounts: [...january.accounts!, account('m0', { segment: 'enterprise', region: 'apac', loaded_at: june })],
  subscriptions: [
    ...january.subscriptions!,
    subscription('m0', { subscription_id: 's-m0', plan: 'mini', seats: 2, mrr: 20, loaded_at: june }),
  ],
  support_tickets: [...january.support_tickets!, { ...ticket, severity: 'low', loaded_at: june }],
};

describe('an update in place', () => {
  it('changes nothing before it arrives, and what is known from then on', async () => {
    const [earlier, later] = await Promise.all([martsFrom(january), martsFrom(withJune)]);
    const until = (rows: readonly Row[]) => rows.filter((row) => String(row.as_of_date) <= '2026-06-10');
    const [then, now] = [await earlier('account_features'), await later('account_features')];
    expect(until(then).length).toBeGreaterThan(20);
    expect(until(now)).toEqual(until(then));
    expect(now.find((row) => row.account_id === 'm0' && row.as_of_date === '2026-06-22')).toMatchObject({
      segment: 'enterprise',
      region: 'apac',
      plan: 'mini',
      seats: 2,
      mrr: 20,
      seats_change: -8,
      mrr_change: -80,
      mrr_contraction_84d: 80,
      subscription_count: 1,
      days_since_subscription_start: 219,
    });
    expect(await later('account_profiles')).toHaveLength(2);
  });

  it('that arrives late for a time long past does not displace what is newer', async () => {
    const marts = await martsFrom({
      ...january,
      accounts: [
        account('m0', { segment: 'first', valid_from: '2025-11-01', loaded_at: '2026-01-31' }),
        account('m0', { segment: 'third', valid_from: '2026-04-01', loaded_at: '2026-04-02' }),
        account('m0', { segment: 'second', valid_from: '2026-03-01', loaded_at: '2026-06-10' }),
      ],
    });
    const segments = (await marts('account_features'))
      .filter((row) => row.account_id === 'm0')
      .map((row) => [row.as_of_date, row.segment]);
    expect(segments.filter(([, segment]) => segment === 'second')).toEqual([]);
    expect(segments).toContainEqual(['2026-03-30', 'first']);
    expect(segments).toContainEqual(['2026-04-13', 'third']);
    expect(segments).toContainEqual(['2026-08-31', 'third']);
  });
});

describe('rows that arrive late', () => {
  const late = (loadedAt: string, more: Row = {}): RawLayer => ({
    ...january,
    platform_events: [
      ...january.platform_events!,
      event('m0', '2026-04-01T10:00:00', { loaded_at: '2026-04-01T10:05:00' }),
      event('m0', '2026-04-01T12:00:00', { loaded_at: loadedAt, ...more }),
      event('m0', '2026-04-03T12:00:00', { loaded_at: loadedAt, user_id: 'bob', ...more }),
    ],
  });

  async function at(raw: RawLayer, asOf: string): Promise<Row> {
    const marts = await martsFrom({ ...raw, as_of_requests: [{ as_of_date: asOf }] });
    const rows = await marts('account_features');
    return rows.find((row) => row.account_id === 'm0' && row.as_of_date === asOf)!;
  }

  it('are not in the features of the days before they arrived', async () => {
    expect(await at(late('2026-05-20T08:00:00'), '2026-05-20')).toMatchObject({
      events_56d: 1,
      active_days_56d: 1,
      active_users_56d: 1,
      communicate_events_56d: 1,
      communicate_active_days_56d: 1,
      days_since_last_event: 49,
      active_weeks_share_84d: 1 / 12,
      longest_gap_days_84d: 48,
    });
  });

  it('count once they have arrived, days and users once', async () => {
    expect(await at(late('2026-05-20T08:00:00'), '2026-05-21')).toMatchObject({
      events_56d: 3,
      active_days_56d: 2,
      active_users_56d: 2,
      communicate_events_56d: 3,
      communicate_active_days_56d: 2,
      communicate_active_users_56d: 2,
      days_since_last_event: 48,
      active_weeks_share_84d: 2 / 12,
      longest_gap_days_84d: 47,
    });
  });

  it('are in a year of weekly counts once they have arrived, and what comes after the as-of date is not', async () => {
    const nextDay = event('m0', '2026-05-21T00:00:00', {
      loaded_at: '2026-05-21',
      event_type: 'data_exported',
    });
    const raw = late('2026-05-20T08:00:00');
    const [acme, zeta]: RawLayer[] = [['acme', '2026-05-20'] as const, ['zeta', '2026-05-21'] as const].map(
      ([tenant_id, data_through]) => {
        const ofTenant = {
          ...raw,
          tenant_settings: [{ ...settings, data_through }],
          platform_events: [...raw.platform_events!, nextDay],
        };
        return Object.fromEntries(
          Object.entries(ofTenant).map(([table, rows]) => [
            table,
            rows.map((row) => ({ ...row, tenant_id })),
          ]),
        );
      },
    );
    const marts = await martsFrom(
      Object.fromEntries(Object.keys(acme!).map((table) => [table, [...acme![table]!, ...zeta![table]!]])),
    );
    const ofTenant = { counted_from: '2025-12-01', account_id: 'm0' };
    expect((await marts('account_weekly_activity')).filter(({ account_id }) => account_id === 'm0')).toEqual([
      {
        ...ofTenant,
        tenant_id: 'acme',
        as_of_date: '2026-05-20',
        weekly_events_by_kind: '{"communicate":"06:1"}',
      },
      {
        ...ofTenant,
        tenant_id: 'zeta',
        as_of_date: '2026-05-21',
        weekly_events_by_kind: '{"communicate":"06:1 07:2"}',
      },
    ]);
  });

  it('count from when they happened in a declared back-fill of their tenant', async () => {
    const declared = (tenant: string): RawLayer => ({
      ...late('2026-05-20T08:00:00'),
      backfills: [
        ...january.backfills!,
        {
          table_name: 'platform_events',
          tenant_id: tenant,
          loaded_from: '2026-05-20',
          loaded_to: '2026-05-20T08:00:00',
        },
      ],
    });
    expect(await at(declared('acme'), '2026-04-06')).toMatchObject({ events_56d: 3, active_users_56d: 2 });
    expect(await at(declared('zeta'), '2026-04-06')).toMatchObject({ events_56d: 1, active_users_56d: 1 });
  });

  it('count for a midnight within the hours that the tenant allows after it', async () => {
    const nightly = late('2026-04-04T02:30:00');
    const patient = { ...nightly, tenant_settings: [{ ...settings, arrival_hours: 3 }] };
    expect(await at(nightly, '2026-04-04')).toMatchObject({ events_7d: 1 });
    expect(await at(patient, '2026-04-04')).toMatchObject({ events_7d: 3 });
  });

  it('make no as-of dates of days on which nothing was known', async () => {
    const marts = await martsFrom({
      ...january,
      platform_events: [
        event('m0', '2026-05-04T10:00:00', { loaded_at: '2026-05-04T10:05:00' }),
        event('m0', '2020-01-06T10:00:00', { loaded_at: '2026-05-20T10:00:00' }),
      ],
    });
    const dates = (await marts('tenant_as_of_dates')).map((row) => String(row.as_of_date)).sort();
    expect(dates[0]).toBe('2026-06-08');
  });
});
