import { describe, expect, it } from 'vitest';
import { account, earlyEvent, event, featuresOf, throughAsOf } from './acme.ts';
import { ALL_BACKFILLED, martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

const settings: Row = { ...throughAsOf, churn_definition: 'inactivity' };

const base: RawLayer = {
  tenant_settings: [settings],
  accounts: ['a', 'b', 'early'].map((id) => account(id)),
  platform_events: [earlyEvent],
};

const withEvents = (events: readonly Row[], more: RawLayer = {}): RawLayer => ({
  ...base,
  platform_events: [...base.platform_events!, ...events],
  ...more,
});

describe('an event that comes again', () => {
  it('counts once where it has an id, and each time where it has none', async () => {
    const time = '2026-05-28T10:00:00';
    const features = await featuresOf(
      withEvents([
        event('a', time, { event_id: 'e1' }),
        event('a', time, { event_id: 'e1', loaded_at: '2026-12-02' }),
        event('a', time, { event_id: ' e1 ', loaded_at: '2026-12-02' }),
        event('a', time, { event_id: 'e2' }),
        event('a', time),
        event('a', time),
        event('a', time, { event_id: '' }),
        // Blanks are no id, whichever they are.
        event('a', time, { event_id: '  ' }),
        event('a', time, { event_id: '  ' }),
        event('a', time, { event_id: '\u00a0' }),
        event('a', time, { event_id: '\u00a0' }),
        event('a', time, { event_id: 'é1' }),
        event('a', time, { event_id: 'é1', loaded_at: '2026-12-02' }),
        event('a', time, { event_id: '~1' }),
        event('a', time, { event_id: ' ~1', loaded_at: '2026-12-02' }),
      ]),
      'a',
    );
    expect(features).toMatchObject({ events_7d: 11, communicate_events_7d: 11, active_days_7d: 1 });
  });

  it('months later moves no feature, neither of the days between nor of the day that it says', async () => {
    const first = event('a', '2026-01-20T10:00:00', { event_id: 'e1', loaded_at: '2026-01-20T10:01:00' });
    const alive = event('a', '2026-05-28T10:00:00', { event_id: 'e2', loaded_at: '2026-05-28T10:01:00' });
    const again = { ...first, event_time: '2026-05-28T11:00:00', loaded_at: '2026-05-28T11:01:00' };
    const arriving: RawLayer = {
      backfills: ALL_BACKFILLED.filter(({ table_name }) => table_name !== 'platform_events'),
    };
    const featuresFrom = async (events: readonly Row[]) =>
      (await martsFrom(withEvents(events, arriving)))('account_features');
    const once = await featuresFrom([first, alive]);
    expect(once.length).toBeGreaterThan(0);
    expect(await featuresFrom([first, alive, { ...first, loaded_at: '2026-05-01' }])).toEqual(once);
    expect(await featuresFrom([first, alive, again])).toEqual(once);
  });

  it('is another event in another tenant', async () => {
    const time = '2026-05-28T10:00:00';
    const raw = withEvents(
      // Twice in each, so that both are looked at as copies.
      [1, 2].flatMap(() => [
        event('a', time, { event_id: 'e1' }),
        event('z', time, { event_id: 'e1', tenant_id: 'zeta' }),
      ]),
      {
        accounts: [...base.accounts!, account('z', { tenant_id: 'zeta' })],
        tenant_settings: [settings, { ...settings, tenant_id: 'zeta' }],
      },
    );
    const daily = await (await martsFrom(raw))('account_daily_activity');
    const counts = daily
      .filter((row) => row.activity_date === '2026-05-28')
      .map((row) => [row.tenant_id, row.account_id, row.event_count]);
    expect(counts).toEqual([
      ['acme', 'a', 1],
      ['zeta', 'z', 1],
    ]);
  });
});

describe('tickets without an id', () => {
  const opened: Row = { tenant_id: 'acme', account_id: 'a', opened_at: '2026-05-28T10:00:00' };

  it('of one load and one instant are several tickets, and one that comes in a later load is an update', async () => {
    const raw = withEvents([event('a', '2026-05-28T10:00:00')], {
      support_tickets: [
        { ...opened, severity: 'high' },
        { ...opened, severity: 'low' },
        { ...opened, severity: 'high', closed_at: '2026-05-29', loaded_at: '2026-12-02' },
        { ...opened, severity: 'low', loaded_at: '2026-12-02' },
      ],
    });
    expect(await featuresOf(raw, 'a')).toMatchObject({
      tickets_opened_28d: 2,
      tickets_high_severity_84d: 1,
      tickets_open: 1,
    });
  });
});
