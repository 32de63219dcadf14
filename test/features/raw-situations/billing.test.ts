import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOfDateSchema } from '../../../features/contract/as-of-date.ts';
import { tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import { tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { readRiskList } from '../../../serving/risk-list/read-risk-list.ts';
import { renderRiskList } from '../../../serving/risk-list/render-risk-list.ts';
import { vocabularies } from '../../../serving/scores-mart/feature-words.ts';
import { championsOf } from '../../serving/linear-model.ts';
import { type Row, rowsOf } from '../marts/small-raw-layer.ts';
import { type ChurnHome, openChurnHome, type Seen } from './churn-home.ts';
import { ACCOUNTS, account, daysAfter, events, subscription } from './company.ts';
import { renewalModel } from './renewal-model.ts';

/* Contracts as billing systems send them. One home; each situation is a tenant of its own. */

const AS_OF = '2025-10-13';
const OVERDUE = '2025-11-12';
const TENANTS = ['seam', 'patient', 'addons', 'currencies', 'rateless', 'calendar', 'annual', 'overdue'];

let home: ChurnHome;
let addOn: Seen;

/** The plan of every account but those that a situation speaks for itself. */
const others = (tenant: string, taken: readonly string[], more: Row = {}): Row[] =>
  ACCOUNTS.filter((id) => !taken.includes(id)).map((id) => subscription(tenant, id, more));

beforeAll(async () => {
  home = openChurnHome();
  await home.bring(
    'accounts',
    TENANTS.flatMap((tenant) => ACCOUNTS.map((id) => account(tenant, id))),
  );
  await home.bring('tenant-settings', [
    { tenant_id: 'patient', churn_definition: 'contractual', grace_days: 30, reporting_currency: null },
    { tenant_id: 'currencies', churn_definition: 'contractual', grace_days: 1, reporting_currency: 'EUR' },
    { tenant_id: 'rateless', churn_definition: 'contractual', grace_days: 1, reporting_currency: null },
  ]);
  await home.bring('currency-rates', [
    { currency: 'EUR', rate: 1 },
    { currency: 'JPY', rate: 0.006 },
  ]);
  await home.bring('subscriptions', contracts());
  // The add-on comes in a file of its own, after the main contract.
  addOn = await home.bring(
    'subscriptions',
    [{ ...subscription('addons', 'm1', { product: 'calls', mrr: 30, seats: 4 }), subscription_id: null }],
    '--backfill',
  );
  await home.bring(
    'events',
    TENANTS.flatMap((tenant) =>
      ACCOUNTS.flatMap((id) =>
        events(tenant, id, {
          everyDays: 3,
          ...(tenant === 'overdue' && id === 'm0' ? { through: daysAfter(OVERDUE, -3) } : {}),
        }),
      ),
    ),
  );
  expect(await home.churn('features', 'build', '--as-of', AS_OF, '--as-of', OVERDUE)).toMatchObject({
    status: 0,
  });
});

afterAll(() => home.remove());

function contracts(): Row[] {
  const seam = (tenant: string): Row[] => [
    subscription(tenant, 'm0', { subscription_id: 'first', cancelled_at: '2025-09-14T23:59:59' }),
    subscription(tenant, 'm0', { subscription_id: 'second', started_at: '2025-09-15T00:00:00', plan: 'max' }),
    subscription(tenant, 'm1', { subscription_id: 'gone', cancelled_at: '2025-09-14T23:59:59' }),
    subscription(tenant, 'm1', { subscription_id: 'back', started_at: '2025-10-05T08:00:00' }),
    ...others(tenant, ['m0', 'm1']),
  ];
  const twoCurrencies = (tenant: string): Row[] => [
    subscription(tenant, 'm0', { subscription_id: 'e', mrr: 100, currency: 'EUR' }),
    subscription(tenant, 'm0', { subscription_id: 'j', mrr: 10, currency: 'JPY', product: 'calls' }),
    subscription(tenant, 'm1', { subscription_id: 'f', mrr: 100, currency: 'EUR' }),
    subscription(tenant, 'm1', { subscription_id: 'c', mrr: 10, currency: 'CHF', product: 'calls' }),
    ...others(tenant, ['m0', 'm1'], { currency: 'EUR' }),
  ];
  return [
    ...seam('seam'),
    ...seam('patient'),
    // Two products on one day, without ids: in one file for m0, in two for m1.
    { ...subscription('addons', 'm0'), subscription_id: null },
    { ...subscription('addons', 'm0', { product: 'calls', mrr: 30, seats: 4 }), subscription_id: null },
    ...others('addons', ['m0']).map((row) => ({ ...row, subscription_id: null })),
    ...twoCurrencies('currencies'),
    ...twoCurrencies('rateless'),
    ...MONTHLY.map(([id, started_at, renews_at]) =>
      subscription('calendar', id, { plan: 'monthly', started_at, renews_at }),
    ),
    ...ACCOUNTS.map((id, number) =>
      subscription('annual', id, {
        started_at: daysAfter('2024-10-13', number),
        renews_at: daysAfter('2026-10-13', number),
      }),
    ),
    subscription('overdue', 'm0', { renews_at: daysAfter(OVERDUE, -1) }),
    ...others('overdue', ['m0']),
  ];
}

/** Monthly contracts, with the renewal that the billing system shows today and the next one after AS_OF. */
const MONTHLY: readonly (readonly [account: string, started: string, shown: string, next: string])[] = [
  ['m0', '2025-01-31', '2026-01-31', '2025-10-31'],
  ['m1', '2025-01-30', '2026-02-28', '2025-10-30'],
  ['m2', '2025-02-28', '2026-01-28', '2025-10-28'],
  ['m3', '2025-03-13', '2026-01-13', '2025-10-13'],
  ['m4', '2025-03-14', '2026-01-14', '2025-10-14'],
  ['m5', '2025-05-12', '2026-01-12', '2025-11-12'],
  ['m6', '2025-05-31', '2026-01-31', '2025-10-31'],
  ['m7', '2025-08-01', '2026-01-01', '2025-11-01'],
];

const labelsOf = (tenant: string, id: string) => home.history('account_churn_labels', tenant, id);
const featuresOf = async (tenant: string, id: string, day = AS_OF) =>
  (await home.history('account_features', tenant, id))[day];

describe('a contract that ends one second before its successor begins', () => {
  test('is no churn', async () => {
    const labels = Object.values(await labelsOf('seam', 'm0'));
    expect(labels.length).toBeGreaterThan(10);
    expect(labels.filter((row) => row.churned_90d === true)).toEqual([]);
    expect(await featuresOf('seam', 'm0')).toMatchObject({ plan: 'max', running_subscription_count: 1 });
  });

  test('is none after three weeks either, where the grace period of the tenant says so', async () => {
    const churned = async (tenant: string) =>
      Object.values(await labelsOf(tenant, 'm1')).filter((row) => row.churned_90d === true).length;
    expect(await churned('seam')).toBeGreaterThan(0);
    expect(await churned('patient')).toBe(0);
  });
});

describe('two products that start on one day', () => {
  test('both run, whether they come in one file or in two', async () => {
    for (const id of ['m0', 'm1'])
      expect(await featuresOf('addons', id)).toMatchObject({
        mrr: 130,
        seats: 14,
        plan: 'pro',
        running_subscription_count: 2,
      });
    expect(addOn).toEqual({
      status: 0,
      text: 'FILE: 1 of 1 rows are new in raw.subscriptions; they count from when they happened, and their values are those of today\n',
    });
  });

  test('of which nothing tells one from the other are refused, with the columns that would', async () => {
    const twin = { ...subscription('addons', 'm0'), subscription_id: null };
    const { status, text } = await home.bring('subscriptions', [twin, { ...twin, mrr: 30 }], '--strict');
    expect(status).toBe(2);
    expect(text).toMatch(
      /^churn: FILE: 1 row is unusable and nothing was imported: 1 × the key \(.*subscription_id.*product.*\) comes again \(row 2: .* first in row 1\); fix or remove/,
    );
  });
});

describe('parallel contracts in two currencies', () => {
  test('are converted to the currency that the tenant reports in', async () => {
    expect(await featuresOf('currencies', 'm0')).toMatchObject({
      mrr: 100.06,
      billing_currency: 'EUR',
      mrr_change: null,
      running_subscription_count: 2,
    });
    // Without a currency of the tenant's own: in that of the main contract.
    expect(await featuresOf('rateless', 'm0')).toMatchObject({ mrr: 100.06, billing_currency: 'EUR' });
  });

  test('are never added where a rate is missing', async () => {
    for (const tenant of ['currencies', 'rateless'])
      expect(await featuresOf(tenant, 'm1')).toMatchObject({ mrr: null, running_subscription_count: 2 });
  });
});

describe('renewals', () => {
  test.each(MONTHLY)(
    'of a monthly contract go by the calendar: %s since %s',
    async (id, _start, _shown, next) => {
      expect(await featuresOf('calendar', id)).toMatchObject({
        term_months: 1,
        days_to_renewal: (Date.parse(next) - Date.parse(AS_OF)) / 86_400_000,
        renews_at: `${next}T00:00:00.000Z`,
      });
    },
  );

  test('of an annual contract are 0 days away on the day itself', async () => {
    expect(await featuresOf('annual', 'm0')).toMatchObject({ days_to_renewal: 0, term_months: 12 });
    expect(await featuresOf('annual', 'm1')).toMatchObject({ days_to_renewal: 1 });
  });

  test('that passed yesterday in silence are overdue, and the account is still listed', async () => {
    expect(await featuresOf('overdue', 'm0', OVERDUE)).toMatchObject({
      days_to_renewal: -1,
      renews_at: `${daysAfter(OVERDUE, -1)}T00:00:00.000Z`,
    });
  });
});

test('a renewal that passed in silence is scored, listed first and told as overdue', async () => {
  const [overdue] = tenantIdSchema.array().parse(['overdue']);
  const { list, drivers } = await home.using(async (warehouse) => {
    await scoreNight({
      warehouse,
      registry: championsOf(renewalModel),
      featureSet: renewalModel.featureSet,
      asOf: asOfDateSchema.parse(OVERDUE),
      tenantIds: [overdue!],
      clock: () => new Date('2025-11-12T04:00:00Z'),
      runId: 'overdue',
      log: () => undefined,
    });
    return {
      list: await readRiskList(tenantReader(warehouse, overdue!), vocabularies(warehouse), 3),
      drivers: await rowsOf(warehouse, 'scores', 'current_risk_drivers', [
        { column: 'account_id', is: '=', value: 'm0' },
      ]),
    };
  });
  expect(list).toMatchObject({ asOf: OVERDUE, accounts: ACCOUNTS.length });
  const [, , first, reason] = renderRiskList(list!.rows, { width: 100 }).split('\n');
  expect(first).toMatch(/^ +1 {2}Company m0 .* 2025-11-11$/);
  expect(reason).toMatch(/^ +• Renewal overdue by 1 day\.$/);
  // Whoever asks in SQL reads the same.
  expect(drivers[0]).toMatchObject({ sentence: 'Renewal overdue by 1 day.', value: '-1' });
});

describe('what no contract can be', () => {
  const one = (more: Row) => [subscription('seam', 'm0', { subscription_id: 'new', ...more })];

  test.each([
    ['seats below nothing', { seats: -1 }, /seats is negative \(row 1: "-1"\)/],
    ['half a seat', { seats: 3.5 }, /seats is not a whole number \(row 1: "3\.5"\)/],
    ['a price that may be one or a thousand', { mrr: '1,000' }, /mrr is not a number \(row 1: "1,000"\)/],
    ['an end before the start', { cancelled_at: '2024-12-31' }, /cancelled_at lies before started_at/],
  ])('%s refuses the file and says where', async (_what, more, sentence) => {
    const { status, text } = await home.bring('subscriptions', one(more));
    expect(status).toBe(2);
    expect(text).toMatch(/^churn: FILE: 1 row is unusable and nothing was imported/);
    expect(text).toMatch(sentence);
  });

  test('a price with separators of thousands that can be nothing else is read, and that is said', async () => {
    const { status, text } = await home.bring('subscriptions', one({ mrr: '1,000.00' }));
    expect(status).toBe(0);
    expect(text).toMatch(
      /mrr is written with separators of thousands in 1 row, and read: row 1: "1,000\.00"/,
    );
  });
});
