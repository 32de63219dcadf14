import { describe, expect, it } from 'vitest';
import { AS_OF, account, earlyEvent, event, featuresOf, subscription } from './acme.ts';
import { martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

const settings: Row = { tenant_id: 'acme', churn_definition: 'contractual', data_through: '2026-10-01' };

function billed(subscriptions: readonly Row[], more: RawLayer = {}): RawLayer {
  const ids = [...new Set(subscriptions.map((row) => String(row.account_id)))];
  return {
    accounts: ids.map((id) => account(id)),
    subscriptions,
    tenant_settings: [settings],
    platform_events: [earlyEvent, ...ids.map((id) => event(id, '2026-05-30T10:00:00'))],
    ...more,
  };
}

describe('several subscriptions at once', () => {
  it('add up, and the one with the most revenue is the main one', async () => {
    const raw = billed([
      subscription('a', { product: 'crm', seats: 10, mrr: 500, plan: 'pro' }),
      subscription('a', { product: 'calls', seats: 4, mrr: 80, plan: 'talk' }),
      subscription('a', { product: 'old', mrr: 900, started_at: '2025-11-10', cancelled_at: '2026-01-10' }),
      subscription('a', { product: 'next', mrr: 900, started_at: '2026-06-01' }),
    ]);
    expect(await featuresOf(raw, 'a')).toMatchObject({
      mrr: 580,
      subscription_mrr: 580,
      seats: 14,
      mrr_per_seat: 580 / 14,
      plan: 'pro',
      running_subscription_count: 2,
      subscription_count: 3,
      mrr_contraction_84d: 0,
    });
  });

  it('that lose one of them contract, and do not churn', async () => {
    const raw = billed([
      subscription('a', { product: 'crm' }),
      subscription('a', { product: 'calls', mrr: 80, cancelled_at: '2026-05-10T09:00:00' }),
    ]);
    const marts = await martsFrom({ ...raw, as_of_requests: [{ as_of_date: AS_OF }] });
    const at = async (mart: string, asOf: string) =>
      (await marts(mart)).find((row) => row.account_id === 'a' && row.as_of_date === asOf);
    expect(await at('account_features', AS_OF)).toMatchObject({ mrr: 500, mrr_contraction_84d: 80 });
    expect(await at('account_churn_labels', '2026-04-27')).toMatchObject({ churned_30d: false });
  });

  it('are converted to the reporting currency at the rate known then', async () => {
    const rates: readonly Row[] = [
      { currency: 'eur', rate: 1, valid_from: '2025-01-01' },
      { currency: 'jpy', rate: 0.005, valid_from: '2025-01-01' },
      { currency: 'jpy', rate: 0.006, valid_from: '2026-05-01' },
      { currency: 'jpy', rate: 1, valid_from: '2026-06-01' },
      { currency: 'usd', rate: 0.8, valid_from: '2025-01-01' },
    ];
    const subscriptions = [
      subscription('a', { product: 'crm', mrr: 100, currency: 'EUR' }),
      subscription('a', { product: 'calls', mrr: 10_000, currency: 'JPY' }),
    ];
    const reporting = { tenant_settings: [{ ...settings, reporting_currency: 'usd' }] };
    expect(
      await featuresOf(billed(subscriptions, { currency_rates: rates, ...reporting }), 'a'),
    ).toMatchObject({
      mrr: (100 + 60) / 0.8,
      billing_currency: 'USD',
      plan: 'pro',
    });
    // Without a reporting currency: in that of the main subscription.
    expect(await featuresOf(billed(subscriptions, { currency_rates: rates }), 'a')).toMatchObject({
      mrr: 160,
      billing_currency: 'EUR',
    });
  });

  it('are never added across currencies without a rate', async () => {
    const raw = billed([
      subscription('a', { product: 'crm', mrr: 100, currency: 'EUR' }),
      subscription('a', { product: 'calls', mrr: 10, currency: 'JPY' }),
    ]);
    expect(await featuresOf(raw, 'a')).toMatchObject({ mrr: null, subscription_mrr: null, seats: 20 });
  });
});

describe('renewals', () => {
  // A plan's term is told by what all of its contracts have in common.
  const plan = (started: string, renews: string): Row[] =>
    ['b', 'c', 'd', 'e', 'f'].map((id) => subscription(id, { started_at: started, renews_at: renews }));

  it.each([
    // [start, another renewal of the plan, as-of date, months, days]
    ['monthly, on the 31st', '2026-01-31', '2026-06-30', '2026-06-01', 1, 29],
    ['monthly, the day before', '2026-01-02', '2026-08-02', '2026-06-01', 1, 1],
    ['monthly, on the day itself', '2026-01-01', '2026-08-01', '2026-06-01', 1, 0],
    ['quarterly', '2026-01-15', '2026-10-15', '2026-06-01', 3, 44],
    ['annual, on the day itself', '2025-06-01', '2027-06-01', '2026-06-01', 12, 0],
    ['annual, in a week', '2025-06-08', '2027-06-08', '2026-06-01', 12, 7],
  ])('%s', async (_, started, renews, asOf, months, days) => {
    const row = await featuresOf(
      billed([subscription('a', { started_at: started, renews_at: renews }), ...plan(started, renews)]),
      'a',
      asOf,
    );
    expect(row).toMatchObject({ term_months: months, days_to_renewal: days });
    const renewsAt = new Date(Date.parse(asOf) + days * 86_400_000).toISOString();
    expect(row.renews_at).toBe(renewsAt);
  });

  it('that passed in silence are overdue, and the account stays on the list', async () => {
    const quiet = billed([
      subscription('a', { renews_at: '2026-06-10' }),
      ...plan('2025-11-15', '2026-11-15'),
    ]);
    expect(await featuresOf(quiet, 'a', '2026-06-11')).toMatchObject({
      days_to_renewal: -1,
      renews_at: '2026-06-10T00:00:00.000Z',
    });
    expect(await featuresOf(quiet, 'a', '2026-07-07')).toMatchObject({ days_to_renewal: -27 });
    expect(await featuresOf(quiet, 'a', '2026-07-08')).toBeUndefined();
    const busy = {
      ...quiet,
      platform_events: [...quiet.platform_events!, event('a', '2026-06-11T10:00:00')],
    };
    expect((await featuresOf(busy, 'a', '2026-06-12')).days_to_renewal).toBeGreaterThan(0);
  });

  it('stand on the contract where its version says so, whatever the plan does', async () => {
    const raw = billed([subscription('a', { valid_from: '2026-02-01', renews_at: '2026-06-20' })]);
    expect(await featuresOf(raw, 'a')).toMatchObject({
      term_months: null,
      days_to_renewal: 19,
      renews_at: '2026-06-20T00:00:00.000Z',
    });
  });
});
