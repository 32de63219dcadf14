import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../marts/small-raw-layer.ts';
import { type ChurnHome, openChurnHome, type Seen } from './churn-home.ts';
import { ACCOUNTS, account, daysAfter, event, events, FIRST_DAY, LAST_DAY, subscription } from './company.ts';

/*
 * Rows that come in and are odd: the build takes what it can and says the rest. One home; each situation is a tenant of
 * its own, with eight accounts that do something every other day: 1,200 events.
 */

const AS_OF = '2025-11-10';
const MOVED = '2025-08-01';
const TENANTS = [
  'early',
  'overlap',
  'unborn',
  'orphans',
  'renamed',
  'moves',
  'receives',
  'unpaid',
  'few',
  'rateless',
];

let home: ChurnHome;
let built: Seen;
let twins: Seen;
let huge: Seen;

beforeAll(async () => {
  home = openChurnHome();
  const everyone = TENANTS.flatMap((tenant) =>
    ACCOUNTS.filter((id) => tenant !== 'receives' || id !== 'm0').map((id) => [tenant, id] as const),
  );
  await home.bring('accounts', [
    ...everyone.map(([tenant, id]) =>
      account(tenant, id, tenant === 'unborn' && id === 'm0' ? { created_at: '2025-06-01' } : {}),
    ),
    account('receives', 'm0', { created_at: MOVED }),
  ]);
  await home.bring('tenant-settings', [{ tenant_id: 'unpaid', churn_definition: 'contractual' }]);
  await home.bring('subscriptions', [
    ...everyone
      .filter(([tenant, id]) => (tenant === 'few' ? id === 'm0' : tenant !== 'unpaid' || id !== 'm0'))
      .map(([tenant, id]) => subscription(tenant, id)),
    subscription('receives', 'm0', { started_at: MOVED }),
    subscription('rateless', 'm0', { subscription_id: 'chf', product: 'calls', currency: 'CHF' }),
  ]);
  await home.bring(
    'events',
    everyone.flatMap(([tenant, id]) => eventsOf(tenant, id)),
  );
  await home.bring('events', more(), '--backfill');
  // The same weeks once more, in the next export.
  const again = ACCOUNTS.flatMap((id) => events('overlap', id, { from: '2025-10-01', everyDays: 2 }));
  await home.bring('events', again, '--backfill');
  twins = await home.bring('support-tickets', [
    { tenant_id: 'early', account_id: 'm1', ticket_id: '17', opened_at: '2025-11-03' },
    { tenant_id: 'early', account_id: 'm1', ticket_id: '18', opened_at: '2025-11-03' },
    { tenant_id: 'early', account_id: 'm2', ticket_id: null, opened_at: '2025-11-03' },
    { tenant_id: 'early', account_id: 'm2', ticket_id: null, opened_at: '2025-11-03' },
  ]);
  huge = await home.bring(
    'events',
    [
      event('early', 'm3', '2025-11-05T11:00:00', { quantity: 1 }),
      event('early', 'm3', '2025-11-05T12:00:00', { quantity: '1e16' }),
      event('early', 'm3', '2025-11-05T13:00:00', { quantity: 1 }),
    ],
    '--backfill',
  );
  built = await home.churn('features', 'build', '--as-of', AS_OF);
});

afterAll(() => home.remove());

function eventsOf(tenant: string, id: string): Row[] {
  const rows = events(tenant, id, {
    everyDays: 2,
    ...(tenant === 'moves' && id === 'm0' ? { through: daysAfter(MOVED, -1) } : {}),
  });
  return tenant === 'renamed' && id === 'm0'
    ? rows.map((row) => ({ ...row, event_type: 'frobnicate' }))
    : rows;
}

function more(): Row[] {
  return [
    event('early', 'm0', '2020-03-01T10:00:00'),
    ...events('orphans', 'ghost', { everyDays: 10 }),
    ...events('receives', 'm0', { from: MOVED, everyDays: 2 }),
  ];
}

/** The line that a build printed of one tenant's finding. */
const lines = (tenant: string): string[] =>
  built.text.split('\n').filter((line) => new RegExp(`^(warning|note|refused) +${tenant}: `).test(line));
const featuresOf = async (tenant: string, id: string) =>
  (await home.history('account_features', tenant, id))[AS_OF];

test('the build takes them all', () => {
  expect(built.text).not.toMatch(/refused/);
  expect(built.status).toBe(0);
});

test('one login in 2020 makes no as-of dates, and is told', async () => {
  const dates = (await home.rows('analytics', 'tenant_as_of_dates'))
    .filter((row) => row.tenant_id === 'early')
    .map((row) => String(row.as_of_date))
    .sort();
  expect(dates[0]! >= daysAfter(FIRST_DAY, 28)).toBe(true);
  expect(dates.length).toBeLessThan(25);
  expect(lines('early').slice(0, 1)).toEqual([
    expect.stringMatching(
      /^warning {2}early: 1 of [\d,]+ active account days .* lie long before all others, from 2020-03-01, .*: history begins 2025-03-03; set history_from/,
    ),
  ]);
});

test('an export that overlaps the last one, without ids: warned by what the events say', () => {
  expect(lines('overlap')).toEqual([
    expect.stringMatching(
      /^warning {2}overlap: 352 of 1,552 events \(23 %\) without event_id say the same as another, from 2025-10-01 to 2025-12-26/,
    ),
  ]);
});

test('events before their account’s creation count, and are told', async () => {
  expect(lines('unborn')).toEqual([
    expect.stringMatching(
      /^note {5}unborn: 45 of 1,200 events \(3\.8 %\) lie before created_at of their account, by 90 days at most: m0; correct created_at/,
    ),
  ]);
  const days = Object.keys(await home.history('account_features', 'unborn', 'm0'));
  expect(days.filter((day) => day <= '2025-06-01')).toEqual([]);
});

test('events of an account that nobody knows make no rows, and are told', async () => {
  expect(lines('orphans')).toEqual([
    expect.stringMatching(
      /^warning {2}orphans: 30 of 1,230 events \(2\.4 %\) have an account_id that raw\.accounts does not know, 1 id in all: ghost; import these accounts/,
    ),
  ]);
  expect(await home.history('account_features', 'orphans', 'ghost')).toEqual({});
});

test('a type that no kind takes counts as other, and is told', async () => {
  expect(await featuresOf('renamed', 'm0')).toMatchObject({
    events_28d: 14,
    other_events_28d: 14,
    communicate_events_28d: 0,
  });
  expect(lines('renamed')).toEqual([
    expect.stringMatching(
      /^warning {2}renamed: 150 of 1,200 events \(13 %\) .* other: frobnicate \(150\); say which kind/,
    ),
  ]);
});

test('an account that moves to another tenant is told in both, and neither hears which the other is', () => {
  expect(lines('moves')).toEqual([
    expect.stringMatching(
      /^warning {2}moves: 1 account fell silent as the same id came up in another tenant: m0; /,
    ),
  ]);
  expect(lines('receives')).toEqual([
    expect.stringMatching(
      /^warning {2}receives: 1 account came up as the same id fell silent in another tenant: m0; /,
    ),
  ]);
});

test('an account without a contract in a contractual tenant is not scored, and is told', async () => {
  expect(await home.history('account_features', 'unpaid', 'm0')).toEqual({});
  expect(lines('unpaid').join('\n')).toMatch(
    /warning {2}unpaid: 1 of 8 accounts \(13 %\) have no subscription, so they are never scored: churn_definition is contractual; set churn_definition to both/,
  );
});

test('one contract among eight accounts: the others stay, and the definition is asked for', async () => {
  expect(lines('few')).toEqual([
    expect.stringMatching(
      /^warning {2}few: 7 of 8 accounts \(88 %\) have no subscription and others have, so churn is taken to be both; set churn_definition/,
    ),
  ]);
  for (const id of ACCOUNTS) expect(await featuresOf('few', id), id).toBeDefined();
});

test('a currency without a rate leaves the sum unknown, and is told', async () => {
  expect(await featuresOf('rateless', 'm0')).toMatchObject({ mrr: null, running_subscription_count: 2 });
  expect(lines('rateless').join('\n')).toMatch(
    /warning {2}rateless: currency CHF has no rate, so revenue of 1 account with 1 subscription is unknown; import its rate/,
  );
});

test('two tickets of one day are two, with ids and without', async () => {
  expect(await featuresOf('early', 'm1')).toMatchObject({ tickets_opened_28d: 2 });
  expect(await featuresOf('early', 'm2')).toMatchObject({ tickets_opened_28d: 2 });
  expect(twins.text).toMatch(/4 of 4 rows are new/);
  expect(twins.text).not.toMatch(/set aside/);
});

test('a quantity of 1e16 is set aside with its row, and the rest of the file comes in', async () => {
  expect(huge.status).toBe(0);
  expect(huge.text).toMatch(
    /1 unusable row was set aside .*: 1 × quantity is 1e15 or more \(row 2: "1e16"\)/,
  );
  expect(huge.text).toMatch(/2 of 2 rows are new/);
  expect(await featuresOf('early', 'm3')).toMatchObject({ events_28d: 16, quantity_28d: 16 });
});

describe('one bad row of many', () => {
  const good = ACCOUNTS.map((id) => event('few', id, '2025-11-20T08:00:00'));
  const file = [...good, event('few', 'm0', 'soon')];

  test('refuses the file where that is asked for', async () => {
    const { status, text } = await home.bring('events', file, '--strict');
    expect([status, text]).toEqual([
      2,
      expect.stringMatching(/^churn: FILE: 1 row is unusable and nothing was imported/),
    ]);
  });

  test('else is set aside with its reason', async () => {
    const { status, text } = await home.bring('events', file);
    expect(status).toBe(0);
    expect(text).toMatch(/1 unusable row was set aside .*: 1 × event_time is not a time \(row 9: "soon"\)/);
    expect(text).toMatch(/8 of 8 rows are new/);
    const kept = await home.rows('raw', 'quarantined_rows');
    expect(kept.filter((row) => row.tenant_id === 'few')).toMatchObject([
      { row_number: 9, reason: 'event_time is not a time' },
    ]);
  });
});

describe('a day outside the data', () => {
  test.each(['2019-01-07', '2031-01-06'])('%s is refused with the days that can be built', async (day) => {
    const { status, text } = await home.churn('features', 'build', '--as-of', day);
    expect(status).toBe(2);
    expect(text).toMatch(
      new RegExp(`--as-of ${day}: that day cannot be built, and nothing was: .* name a day from 2025-`),
    );
    expect(text).toContain(LAST_DAY.slice(0, 8));
  });
});

describe('what makes most scores wrong', () => {
  test('refuses the build, names tenant and remedy, and leaves the marts as they were', async () => {
    const before = await home.history('account_features', 'early', 'm1');
    const later = { valid_from: '2025-12-01', loaded_at: '2025-12-01' };
    await home.bring(
      'subscriptions',
      ACCOUNTS.map((id) => subscription('early', id, { mrr: 10_000, ...later })),
    );
    await home.bring(
      'accounts',
      ACCOUNTS.map((id) => account('alien', id)),
    );
    await home.bring(
      'events',
      ACCOUNTS.flatMap((id) => events('alien', id, { everyDays: 2 })).map((row) => ({
        ...row,
        event_type: 'zap',
      })),
    );
    const { status, text } = await home.churn('features', 'build');
    expect(status).toBe(3);
    expect(text).toMatch(
      /early: mrr of 8 of 8 subscriptions \(100 %\) grew 100-fold at once, .*m0: 100\.00 → 10000\.00.*import them again in whole currency/,
    );
    expect(text).toMatch(
      /alien: 1,200 of 1,200 events \(100 %\) .*: zap \(1200\), more than the 50 % that refuse a build/,
    );
    expect(await home.history('account_features', 'early', 'm1')).toEqual(before);
  });
});
