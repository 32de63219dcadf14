import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../marts/small-raw-layer.ts';
import { type ChurnHome, openChurnHome } from './churn-home.ts';
import { ACCOUNTS, account, daysAfter, event, events, subscription } from './company.ts';

/* Who has churned, and from when on that is certain. One home; each situation is a tenant of its own. */

const TENANTS = ['lapse', 'mostlyFree', 'subscribers', 'shop', 'returns'];
/** The contract of lapse/m0 renews on this day in silence. */
const RENEWAL = '2025-11-17';
const AS_OF = '2025-11-10';

let home: ChurnHome;

beforeAll(async () => {
  home = openChurnHome();
  await home.bring(
    'accounts',
    TENANTS.flatMap((tenant) => ACCOUNTS.map((id) => account(tenant, id))),
  );
  await home.bring('subscriptions', [
    ...ACCOUNTS.map((id) => subscription('lapse', id, id === 'm0' ? { renews_at: RENEWAL } : {})),
    // One paying account among eight.
    subscription('mostlyFree', 'm0'),
    // One of eight whose contract nobody imported.
    ...ACCOUNTS.slice(1).map((id) => subscription('subscribers', id)),
    // Churned in June, back in August; and ended contracts that overlap.
    subscription('returns', 'm0', { subscription_id: 'old', cancelled_at: '2025-06-01T12:00:00' }),
    subscription('returns', 'm0', { subscription_id: 'new', started_at: '2025-08-01' }),
    subscription('returns', 'm1', { subscription_id: 'a', cancelled_at: '2025-07-10' }),
    subscription('returns', 'm1', {
      subscription_id: 'b',
      started_at: '2025-05-01',
      cancelled_at: '2025-09-01',
    }),
    ...ACCOUNTS.slice(2).map((id) => subscription('returns', id)),
  ]);
  await home.bring('events', [
    ...events('lapse', 'm0', { through: daysAfter(RENEWAL, -1) }),
    ...['lapse', 'subscribers', 'mostlyFree', 'returns'].flatMap((tenant) =>
      ACCOUNTS.filter((id) => `${tenant}/${id}` !== 'lapse/m0').flatMap((id) =>
        events(tenant, id, { everyDays: 2 }),
      ),
    ),
    ...ACCOUNTS.flatMap((id) => events('shop', id, { everyDays: id === 'm0' ? 35 : 4 })),
  ]);
  await home.churn('features', 'build', '--as-of', AS_OF);
});

afterAll(() => home.remove());

const labelsOf = (tenant: string, id: string) => home.history('account_churn_labels', tenant, id);

describe('a renewal that passes in silence', () => {
  const label = async () => (await labelsOf('lapse', 'm0'))[AS_OF];

  test('is certain after its silent days, and a return does not unmake it', async () => {
    // 28 silent days after the renewal end on 15 December: inside 60 days of 10 November, not inside 30.
    expect(await label()).toMatchObject({ churned_30d: false, churned_60d: null, churned_90d: null });
    const back = [event('lapse', 'm0', '2025-12-20T10:00:00', { loaded_at: '2025-12-20T10:05:00' })];
    await home.bring('events', back);
    await home.bring('tenant-settings', [
      { tenant_id: 'lapse', churn_definition: 'contractual', data_through: '2026-01-09' },
    ]);
    await home.churn('features', 'build', '--as-of', AS_OF);
    expect(await label()).toMatchObject({ churned_30d: false, churned_60d: true, churned_90d: null });
  });

  test.each([
    ['after eleven quiet days', daysAfter(RENEWAL, 11)],
    ['when the window has closed and the silent days are not over', '2025-12-12'],
  ])('is unknown, never false, %s', async (_when, data_through) => {
    await home.bring('tenant-settings', [
      { tenant_id: 'lapse', churn_definition: 'contractual', data_through },
    ]);
    await home.churn('features', 'build', '--as-of', AS_OF);
    expect(await label()).toMatchObject({ churned_30d: null, churned_60d: null, churned_90d: null });
  });
});

describe('one subscription in a tenant that sells none', () => {
  test('silences nobody: free accounts churn by inactivity, the paying one by its contract', async () => {
    const [paying, free] = [await labelsOf('mostlyFree', 'm0'), await labelsOf('mostlyFree', 'm1')];
    expect(Object.keys(paying)).toEqual(Object.keys(free));
    expect(Object.keys(free).length).toBeGreaterThan(15);
    expect(paying[AS_OF]).toMatchObject({ churn_definition: 'contractual' });
    expect(free[AS_OF]).toMatchObject({ churn_definition: 'inactivity', churned_30d: false });
  });
});

describe('a buyer every 35 days', () => {
  test('has a rhythm of his own, and no gap is a departure', async () => {
    const labels: readonly Row[] = Object.values(await labelsOf('shop', 'm0'));
    // The first three purchases do not yet tell a rhythm.
    const told = labels.filter((row) => String(row.as_of_date) >= '2025-07-07');
    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((row) => row.churned_30d === true)).toEqual([]);
  });
});

describe('an account that returns after its churn', () => {
  test('is scored before and after, and not between', async () => {
    const days = Object.keys(await labelsOf('returns', 'm0'));
    expect(days.some((day) => day < '2025-06-01')).toBe(true);
    expect(days.filter((day) => day > '2025-06-04' && day < '2025-08-01')).toEqual([]);
    expect(days.some((day) => day > '2025-08-01')).toBe(true);
  });
});

describe('ended contracts that overlap', () => {
  test('churn once, with the end of the last', async () => {
    const labels = await labelsOf('returns', 'm1');
    expect(labels['2025-06-09']).toMatchObject({ churned_60d: false, churned_90d: true });
    expect(labels['2025-08-04']).toMatchObject({ churned_30d: true });
    expect(Object.keys(labels).filter((day) => day > '2025-09-03')).toEqual([]);
  });
});
