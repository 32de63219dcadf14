import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../marts/small-raw-layer.ts';
import { type ChurnHome, openChurnHome, type Seen } from './churn-home.ts';
import { ACCOUNTS, account, daysAfter, events, subscription } from './company.ts';

/* What comes twice, and what must go. One home; each situation is a tenant of its own. */

const AS_OF = '2025-11-10';
const TENANTS = ['overlap', 'erased'];

let home: ChurnHome;
let built: Seen;

/** An export since a day, with the ids that its producer gave the events. */
const exported = (since: string, more: Row = {}): Row[] =>
  ACCOUNTS.flatMap((id) =>
    events('overlap', id, { from: since, everyDays: 1 }).map((row) => ({
      ...row,
      event_id: `${id}/${row.event_time}`,
      ...more,
    })),
  );

beforeAll(async () => {
  home = openChurnHome();
  const everyone = TENANTS.flatMap((tenant) => ACCOUNTS.map((id) => [tenant, id] as const));
  await home.bring(
    'accounts',
    everyone.map(([tenant, id]) => account(tenant, id)),
  );
  await home.bring(
    'subscriptions',
    everyone.map(([tenant, id]) => subscription(tenant, id)),
  );
  await home.bring('events', [
    ...exported('2025-06-02'),
    ...ACCOUNTS.flatMap((id) => events('erased', id, { everyDays: 2 })),
  ]);
  await home.bring(
    'events',
    exported(daysAfter(AS_OF, -40), { loaded_at: `${daysAfter(AS_OF, -1)}T03:00:00` }),
  );
  built = await home.churn('features', 'build', '--as-of', AS_OF);
});

afterAll(() => home.remove());

const featuresOf = async (tenant: string, id: string) =>
  (await home.history('account_features', tenant, id))[AS_OF];

test('an export that overlaps the last one counts once, where events have ids', async () => {
  expect(await featuresOf('overlap', 'm0')).toMatchObject({ events_28d: 28, active_days_28d: 28 });
  expect(built.status).toBe(0);
  expect(built.text).not.toMatch(/overlap: .* say the same as another/);
});

describe('an account that must be erased', () => {
  test('goes everywhere, is recorded, and stays out when it comes again', async () => {
    expect(await featuresOf('erased', 'm0')).toBeDefined();
    const { status, text } = await home.churn(
      ...['erase', '--tenant', 'erased', '--account', 'm0', '--reason', 'asked for', '--yes'],
    );
    expect([status, text]).toEqual([
      0,
      expect.stringMatching(/account m0 of tenant erased is erased: [\d,]+ rows.*raw\.erasures/),
    ]);
    const ofAccount = [
      { column: 'tenant_id', is: '=', value: 'erased' },
      { column: 'account_id', is: '=', value: 'm0' },
    ] as const;
    for (const table of ['accounts', 'subscriptions', 'platform_events'])
      expect(await home.rows('raw', table, ofAccount), table).toEqual([]);
    expect(await home.history('account_features', 'erased', 'm0')).toEqual({});
    expect(await home.rows('raw', 'erasures')).toMatchObject([{ tenant_id: 'erased', status: 'done' }]);

    // All that a row of features takes.
    await home.bring('accounts', [account('erased', 'm0', { name: 'Back' })], '--backfill');
    await home.bring('subscriptions', [subscription('erased', 'm0')], '--backfill');
    await home.bring('events', events('erased', 'm0', { everyDays: 2 }), '--backfill');
    await home.churn('features', 'build', '--as-of', AS_OF);
    expect(await home.history('account_features', 'erased', 'm0')).toEqual({});
    expect(await featuresOf('erased', 'm1')).toBeDefined();
  });
});
