import { describe, expect, it } from 'vitest';
import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import { accounts } from '../../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { account, event } from './acme.ts';
import { append, martsFrom, openRawLayer, type RawLayer, type Row, rowsOf } from './small-raw-layer.ts';

const DAY = 86_400_000;
const dayOf = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** An event each day at noon, loaded `loadedAfter` days later at `loadedAtTime`. From Sunday 2026-03-01 on. */
const daily = (days: number, loadedAfter: number, loadedAtTime: string): Row[] =>
  Array.from({ length: days }, (_, day) =>
    event('a', `${dayOf('2026-03-01', day)}T12:00:00`, {
      loaded_at: `${dayOf('2026-03-01', day + loadedAfter)}T${loadedAtTime}`,
    }),
  );

async function dataThrough(raw: RawLayer): Promise<unknown> {
  const [profile] = await (await martsFrom({ accounts: [account('a')], backfills: [], ...raw }))(
    'tenant_profiles',
  );
  return profile!.data_through;
}

describe('the newest full day', () => {
  // The last of 63 daily events is on Saturday 2026-05-02.
  it('is the day before the last event where events stream in', async () => {
    expect(await dataThrough({ platform_events: daily(63, 0, '12:00:01') })).toBe('2026-05-02');
  });

  it('is the day of the last event once rows were loaded after its end', async () => {
    expect(await dataThrough({ platform_events: daily(63, 1, '02:00:00') })).toBe('2026-05-03');
  });

  it('may be a Sunday without an event, which the night after it has loaded', async () => {
    const late = event('a', '2026-05-02T18:00:00', { loaded_at: '2026-05-04T02:00:00' });
    expect(await dataThrough({ platform_events: [...daily(63, 1, '02:00:00'), late] })).toBe('2026-05-04');
  });

  it('is not a day that usually comes later', async () => {
    expect(await dataThrough({ platform_events: daily(63, 3, '02:00:00') })).toBe('2026-05-03');
  });

  it('does not move for a row that arrives after a long silence', async () => {
    const late = event('a', '2026-05-01T18:00:00', { loaded_at: '2026-07-04T02:00:00' });
    expect(await dataThrough({ platform_events: [...daily(63, 0, '12:00:01'), late] })).toBe('2026-05-02');
  });

  it('is told by events alone in a back-fill, whose loading says nothing', async () => {
    const backfills = [
      { table_name: 'platform_events', tenant_id: '*', loaded_from: '2026-01-01', loaded_to: '2027-01-01' },
    ];
    expect(await dataThrough({ platform_events: daily(63, 1, '02:00:00'), backfills })).toBe('2026-05-02');
  });

  it('is what tenant * declares for all, and a tenant for itself', async () => {
    const platform_events = daily(63, 0, '12:00:01');
    const everyone = { tenant_id: '*', data_through: '2026-05-04' };
    expect(await dataThrough({ platform_events, tenant_settings: [everyone] })).toBe('2026-05-04');
    const own = { tenant_id: 'acme', data_through: '2026-05-01' };
    expect(await dataThrough({ platform_events, tenant_settings: [everyone, own] })).toBe('2026-05-01');
  });
});

describe('a requested day', () => {
  const raw: RawLayer = { accounts: [account('a')], platform_events: daily(63, 0, '12:00:01') };
  const days = (...list: string[]) => ({ days: list as AsOfDate[] });

  it.each([
    ['2030-01-01', /the data is complete up to 2026-05-02; name a day from 2026-03-29 to 2026-05-02$/],
    ['2026-03-20', /^--as-of 2026-03-20: that day cannot be built, and nothing was: .*begins too late/],
  ])('%s outside the data is refused, and nothing is built', async (day, message) => {
    const warehouse = await openRawLayer(raw);
    await expect(buildMarts(warehouse, days('2026-04-15', day))).rejects.toThrow(message);
    expect(await rowsOf(warehouse, 'raw', 'as_of_requests')).toEqual([]);
    expect(await warehouse.describe({ schema: 'analytics', name: 'tenant_profiles' })).toEqual([]);
    await buildMarts(warehouse);
    await append(warehouse, accounts, [account('b', { loaded_at: '2026-05-01' })]);
    await expect(buildMarts(warehouse, days(day))).rejects.toThrow(/nothing was/);
    expect(await rowsOf(warehouse, 'analytics', 'account_profiles')).toHaveLength(1);
  });

  it('within the data is built, now and by later builds', async () => {
    const warehouse = await openRawLayer(raw);
    for (const options of [days('2026-04-15', '2026-03-29', '2026-04-15'), {}]) {
      await buildMarts(warehouse, options);
      const built = (await rowsOf(warehouse, 'analytics', 'account_features')).map((row) => row.as_of_date);
      expect(built).toContain('2026-04-15');
      expect(built).toContain('2026-03-29');
    }
  });

  it('is refused with what is missing where there is no data', async () => {
    const warehouse = await openRawLayer({});
    await expect(buildMarts(warehouse, days('2026-04-15'))).rejects.toThrow(/import accounts and events/);
  });
});
