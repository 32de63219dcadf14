import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../marts/small-raw-layer.ts';
import { type ChurnHome, openChurnHome, type Seen } from './churn-home.ts';
import { ACCOUNTS, account, event, events, subscription } from './company.ts';

/*
 * What a nightly sync brings after the history: rows that changed at the source, and rows that come late. One home, built
 * on the history alone and again with what came later.
 */

const DATES = ['2025-05-12', '2025-06-10', '2025-06-11', '2025-07-07'];
const BUILD = ['features', 'build', ...DATES.flatMap((date) => ['--as-of', date])];
const JUNE = '2025-06-10T02:15:00';
const ticket: Row = {
  tenant_id: 'updated',
  account_id: 'm0',
  ticket_id: 't-1',
  opened_at: '2025-05-01T09:00:00',
  severity: 'high',
};

let home: ChurnHome;
let before: Readonly<Record<string, Row>>;
let after: Readonly<Record<string, Row>>;
let punctual: Readonly<Record<string, Row>>;
let updates: readonly Seen[];
let late: Seen;
let backfilled: Seen;

beforeAll(async () => {
  home = openChurnHome();
  const tenants = ['updated', 'late', 'backfilled'];
  const everyone = tenants.flatMap((tenant) => ACCOUNTS.map((id) => [tenant, id] as const));
  await home.bring(
    'accounts',
    everyone.map(([tenant, id]) => account(tenant, id)),
  );
  await home.bring(
    'subscriptions',
    everyone.map(([tenant, id]) => subscription(tenant, id)),
  );
  await home.bring('support-tickets', [ticket]);
  await home.bring(
    'events',
    everyone.flatMap(([tenant, id]) => events(tenant, id, { everyDays: 2 })),
  );
  await home.churn(...BUILD);
  before = await home.history('account_features', 'updated', 'm0');
  punctual = await home.history('account_features', 'late', 'm0');

  updates = [
    await home.bring('accounts', [
      account('updated', 'm0', { segment: 'enterprise', region: 'apac', loaded_at: JUNE }),
    ]),
    await home.bring('subscriptions', [
      subscription('updated', 'm0', { plan: 'mini', seats: 2, mrr: 20, loaded_at: JUNE }),
    ]),
    await home.bring('support-tickets', [{ ...ticket, severity: 'low', loaded_at: JUNE }]),
  ];
  // Seven weeks late: an export of a day in April that nobody had sent.
  late = await home.bring('events', [
    event('late', 'm0', '2025-04-22T15:00:00', { user_id: 'bob', loaded_at: '2025-06-10T08:00:00' }),
  ]);
  backfilled = await home.bring('events', [event('backfilled', 'm0', '2025-04-22T15:00:00')], '--backfill');
  await home.churn(...BUILD);
  after = await home.history('account_features', 'updated', 'm0');
});

afterAll(() => home.remove());

test('a first load that says nothing of since when is known not to be point-in-time before it', async () => {
  const undated = await home.rows('analytics', 'undated_versions');
  const ofUpdated = undated.filter(({ tenant_id }) => tenant_id === 'updated');
  expect(
    ofUpdated
      .map(({ table_name, undated_count, thing_count }) => [table_name, undated_count, thing_count])
      .sort(),
  ).toEqual([
    ['accounts', 8, 8],
    ['subscriptions', 8, 8],
    ['support_tickets', 1, 1],
  ]);
});

describe('an account, its contract and its ticket that change in place in June', () => {
  test('change no feature of a day before', () => {
    const days = Object.keys(before).filter((day) => day <= '2025-06-10');
    expect(days.length).toBeGreaterThan(5);
    for (const day of days) expect(after[day]).toEqual(before[day]);
  });

  test('are what is known from the next midnight on', () => {
    expect(after['2025-06-10']).toMatchObject({
      segment: 'smb',
      region: 'emea',
      plan: 'pro',
      seats: 10,
      mrr: 100,
    });
    expect(after['2025-06-10']).toMatchObject({ tickets_high_severity_84d: 1, mrr_contraction_84d: 0 });
    expect(after['2025-06-11']).toMatchObject({
      segment: 'enterprise',
      region: 'apac',
      plan: 'mini',
      seats: 2,
      mrr: 20,
      seats_change: -8,
      mrr_change: -80,
      mrr_contraction_84d: 80,
      tickets_high_severity_84d: 0,
      tickets_opened_84d: 1,
    });
  });

  test('are announced as new versions that count from when each was loaded', () => {
    expect(updates).toEqual(
      ['accounts', 'subscriptions', 'support_tickets'].map((table) => ({
        status: 0,
        text: `FILE: 1 of 1 rows are new in raw.${table}; they count from the loaded_at of each row\n`,
      })),
    );
  });
});

describe('an event loaded seven weeks after it happened', () => {
  test('is not in the features of a day before it arrived, and is afterwards', async () => {
    const features = await home.history('account_features', 'late', 'm0');
    for (const day of ['2025-05-12', '2025-06-10']) expect(features[day]).toEqual(punctual[day]);
    expect(features['2025-06-11']).toMatchObject({
      events_56d: Number(punctual['2025-06-11']!.events_56d) + 1,
      active_users_56d: 2,
    });
    expect(late).toEqual({
      status: 0,
      text: 'FILE: 1 of 1 rows are new in raw.platform_events; they count from the loaded_at of each row\n',
    });
  });

  test('counts from when it happened in a back-fill that somebody declares', async () => {
    const features = await home.history('account_features', 'backfilled', 'm0');
    expect(features['2025-05-12']).toMatchObject({
      events_56d: Number(punctual['2025-05-12']!.events_56d) + 1,
    });
    expect(backfilled).toMatchObject({
      status: 0,
      text: expect.stringMatching(/they count from when they happened/),
    });
  });
});
