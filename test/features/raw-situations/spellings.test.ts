import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChurnHome, openChurnHome } from './churn-home.ts';
import { account, events, subscription } from './company.ts';

/* Times, ids and quoting as files spell them: all of it right without a remark. */

const ODD_IDS = ['a,b', 'say "hi"', "o'neil", 'ünïcødé-账户', 'two words', '007'];
const AS_OF = '2025-11-10';
let home: ChurnHome;

beforeAll(async () => {
  home = openChurnHome();
  const ids = [...ODD_IDS, 'clock'];
  await home.bring(
    'accounts',
    ids.map((id) => account('odd', id)),
  );
  await home.bring(
    'subscriptions',
    ids.map((id) => subscription('odd', id)),
  );
  await home.bring(
    'events',
    ids.flatMap((id) => events('odd', id, { everyDays: 7 })),
  );
});

afterAll(() => home.remove());

test('commas, quotes, other scripts, blanks and leading zeros in ids', async () => {
  await home.churn('features', 'build', '--as-of', AS_OF);
  for (const id of ODD_IDS)
    expect((await home.history('account_features', 'odd', id))[AS_OF], id).toMatchObject({
      mrr: 100,
      events_28d: 4,
      // No ticket was ever imported.
      tickets_open: 0,
      days_since_last_ticket: 168,
    });
});

describe('times', () => {
  test('with offsets, zones and leap days are the instants that they name', async () => {
    const header = 'tenant_id,account_id,user_id,event_type,event_time\n';
    const times = [
      ['2025-11-10T01:30:00+02:00', '2025-11-09T23:30:00.000Z'],
      ['2025-11-09T20:00:00-05:00', '2025-11-10T01:00:00.000Z'],
      ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
      ['2025-11-09 23:59:59.999', '2025-11-09T23:59:59.999Z'],
    ] as const;
    const file = header + times.map(([time]) => `odd,clock,eve,call_logged,${time}\n`).join('');
    const { status, text } = await home.bringText('events', file, '--backfill');
    expect([status, text]).toEqual([
      0,
      expect.stringMatching(/^FILE: 4 of 4 rows are new in raw\.platform_events; /),
    ]);
    const stored = (await home.rows('raw', 'platform_events')).filter((row) => row.user_id === 'eve');
    expect(stored.map((row) => row.event_time).sort()).toEqual(times.map(([, instant]) => instant).sort());
    // Before the midnight of the as-of date, the two that were.
    await home.churn('features', 'build', '--as-of', AS_OF);
    expect((await home.history('account_features', 'odd', 'clock'))[AS_OF]).toMatchObject({
      communicate_events_7d: 3,
      active_users_7d: 2,
    });
  });

  test('on a day that no calendar has are refused with their row', async () => {
    const file = 'tenant_id,account_id,event_type,event_time\nodd,clock,login,2025-02-29T10:00:00Z\n';
    const { status, text } = await home.bringText('events', file);
    expect(status).toBe(2);
    expect(text).toMatch(/^churn: FILE: 1 row is unusable .*event_time .*\(row 1: "2025-02-29T10:00:00Z"\)/);
  });
});
