import { describe, expect, it } from 'vitest';
import { AS_OF, account, earlyEvent, event, subscription } from './acme.ts';
import { martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

type Labels = readonly [unknown, unknown, unknown];

/** churned_30d, churned_60d and churned_90d at AS_OF, by account. */
async function labelsOf(raw: RawLayer): Promise<Readonly<Record<string, Labels>>> {
  const rows = await (await martsFrom({ ...raw, as_of_requests: [{ as_of_date: AS_OF }] }))(
    'account_churn_labels',
  );
  return Object.fromEntries(
    rows
      .filter((row) => row.as_of_date === AS_OF)
      .map((row) => [String(row.account_id), [row.churned_30d, row.churned_60d, row.churned_90d] as const]),
  );
}

const through = (day: string, more: Row = {}): readonly Row[] => [
  { tenant_id: 'acme', churn_definition: 'contractual', data_through: day, ...more },
];

describe('contractual churn', () => {
  it('counts on the day after the grace period, and nothing is known while the window is open', async () => {
    const ids = ['stays', 'inGrace', 'at29', 'at30', 'reopened', 'upgraded', 'gone', 'late'];
    const raw: RawLayer = {
      accounts: ids.map((id) => account(id)),
      subscriptions: [
        subscription('stays'),
        subscription('inGrace', { cancelled_at: '2026-05-31T10:00:00' }),
        subscription('at29', { cancelled_at: '2026-06-29T23:59:59' }), // over with its day of grace on 1 July
        subscription('at30', { cancelled_at: '2026-06-30T00:00:00' }),
        subscription('reopened', { cancelled_at: '2026-06-10' }),
        subscription('reopened', { started_at: '2026-06-20' }),
        subscription('upgraded', { cancelled_at: '2026-06-10T23:59:59' }),
        subscription('upgraded', { started_at: '2026-06-11T00:00:00', plan: 'max' }),
        subscription('gone', { cancelled_at: '2026-05-30T10:00:00' }),
        subscription('late', { started_at: '2026-06-01' }),
      ],
      tenant_settings: through('2026-08-29'), // one day short of 90 days
      platform_events: [earlyEvent],
    };
    expect(await labelsOf(raw)).toEqual({
      stays: [false, false, null],
      inGrace: [true, true, null],
      at29: [true, true, null],
      at30: [false, true, null],
      reopened: [true, true, null],
      upgraded: [false, false, null],
    });
    const patient = { ...raw, tenant_settings: through('2026-08-29', { grace_days: 14 }) };
    expect(await labelsOf(patient)).toMatchObject({
      gone: [true, true, null],
      at29: [false, true, null],
      reopened: [false, false, null],
    });
    const strict = { ...raw, tenant_settings: through('2026-08-29', { grace_days: 0 }) };
    expect(await labelsOf(strict)).toMatchObject({ upgraded: [true, true, null], at30: [true, true, null] });
  });

  it('by a lapse counts once its silent days are over, and a return does not unmake it', async () => {
    const quiet: RawLayer = {
      accounts: ['a', 'b'].map((id) => account(id)),
      subscriptions: [
        subscription('a', { renews_at: '2026-06-20' }),
        subscription('b', { renews_at: '2026-06-20' }),
      ],
      tenant_settings: through('2026-09-01'),
      platform_events: [earlyEvent, event('b', '2026-07-10T10:00:00')],
    };
    const known = (day: string, more: readonly Row[] = []) =>
      labelsOf({
        ...quiet,
        tenant_settings: through(day),
        platform_events: [...quiet.platform_events!, ...more],
      });
    // Eleven quiet days: nobody can tell yet.
    expect((await known('2026-07-01')).a).toEqual([null, null, null]);
    expect((await known('2026-09-01')).a).toEqual([false, true, true]);
    expect((await known('2026-09-01', [event('a', '2026-07-20T10:00:00')])).a).toEqual([false, true, true]);
    expect((await known('2026-09-01')).b).toEqual([false, false, false]);
  });

  it('that is heard of late changes no label that was known before', async () => {
    const loaded = { loaded_at: '2026-01-31' };
    const raw: RawLayer = {
      backfills: ['accounts', 'subscriptions', 'platform_events'].map((table_name) => ({
        table_name,
        tenant_id: '*',
        loaded_from: '1970-01-01',
        loaded_to: '2026-01-31',
      })),
      accounts: [account('a', loaded)],
      subscriptions: [
        subscription('a', loaded),
        subscription('a', { cancelled_at: '2026-06-05', loaded_at: '2026-07-15T03:00:00' }),
      ],
      tenant_settings: through('2026-09-01'),
      platform_events: [{ ...earlyEvent, ...loaded }],
    };
    expect(await labelsOf(raw)).toEqual({ a: [false, true, true] });
  });
});

describe('an end that is open as the window closes', () => {
  // The 30 days after AS_OF close at the midnight of 1 July.
  const night = async (day: string, subscriptions: readonly Row[], events: readonly Row[] = []) => {
    const until = (rows: readonly Row[], at: string) =>
      rows
        .filter((row) => String(row[at]) < `${day}T00:00:00`)
        .map((row) => ({ ...row, loaded_at: row[at]! }));
    const versions = subscriptions.map((row) => ({ valid_from: row.started_at!, ...row }));
    const raw: RawLayer = {
      accounts: [account('a')],
      subscriptions: until(versions, 'valid_from'),
      platform_events: until([earlyEvent, ...events], 'event_time'),
      tenant_settings: through(day, { grace_days: 14 }),
    };
    return (await labelsOf(raw)).a;
  };
  const overdue = [subscription('a', { renews_at: '2026-06-19' })];
  const cancelled = [
    subscription('a'),
    subscription('a', { cancelled_at: '2026-06-19T23:59:59', valid_from: '2026-06-18' }),
  ];

  it('leaves the label unknown night by night until the lapse is certain, and then it is final', async () => {
    // Eleven quiet days after the renewal date of 19 June; silence for 28 days is a lapse, certain on 17 July.
    expect(await night('2026-06-30', overdue)).toEqual([null, null, null]); // the window is open
    for (const day of ['2026-07-01', '2026-07-02', '2026-07-16'])
      expect(await night(day, overdue)).toEqual([null, null, null]);
    for (const day of ['2026-07-17', '2026-07-18', '2026-07-30'])
      expect(await night(day, overdue)).toEqual([false, null, null]);
    expect(await night('2026-07-31', overdue)).toEqual([false, true, null]);
    expect(await night('2026-09-30', overdue)).toEqual([false, true, true]);
  });

  it('is decided by a return, and nothing that follows changes the label', async () => {
    const back = [event('a', '2026-07-05T10:00:00')];
    for (const day of ['2026-07-01', '2026-07-05'])
      expect(await night(day, overdue, back)).toEqual([null, null, null]);
    for (const day of ['2026-07-06', '2026-07-17']) // the return is known from the midnight after it
      expect(await night(day, overdue, back)).toEqual([false, null, null]);
    expect(await night('2026-09-30', overdue, back)).toEqual([false, false, false]);
  });

  it('by a cancellation is decided by the end of the grace period or by a successor, not by work', async () => {
    const working = ['2026-06-25', '2026-07-02'].map((day) => event('a', `${day}T10:00:00`));
    for (const day of ['2026-07-01', '2026-07-03'])
      expect(await night(day, cancelled, working)).toEqual([null, null, null]);
    expect(await night('2026-07-04', cancelled, working)).toEqual([false, null, null]);
    expect(await night('2026-07-31', cancelled, working)).toEqual([false, true, null]);
    const successor = [...cancelled, subscription('a', { started_at: '2026-07-01', plan: 'max' })];
    expect(await night('2026-07-01', successor)).toEqual([null, null, null]);
    expect(await night('2026-07-02', successor)).toEqual([false, null, null]);
    expect(await night('2026-09-30', successor)).toEqual([false, false, false]);
  });

  it('is none while another subscription runs', async () => {
    const both = [...overdue, subscription('a', { product: 'calls' })];
    expect(await night('2026-07-01', both)).toEqual([false, null, null]);
  });

  it('is nothing to know where a churn was certain before', async () => {
    const twice = [
      subscription('a', { started_at: '2025-11-15T00:00:00' }),
      subscription('a', {
        started_at: '2025-11-15T00:00:00',
        cancelled_at: '2026-06-02',
        valid_from: '2026-06-02',
      }),
      subscription('a', { started_at: '2026-06-20T00:00:00', cancelled_at: '2026-06-28' }),
    ];
    expect(await night('2026-07-01', twice)).toEqual([true, null, null]);
  });
});

describe('inactivity churn', () => {
  const raw = (settings: Row): RawLayer => ({
    accounts: ['back', 'silent', 'longSilent', 'neverSeen', 'left', 'busy'].map((id) => account(id)),
    subscriptions: [subscription('left', { cancelled_at: '2026-05-25' })],
    tenant_settings: through('2026-08-30', { churn_definition: 'Inactivity', ...settings }),
    platform_events: [
      earlyEvent,
      ...['back', 'silent', 'left', 'busy'].map((id) => event(id, '2026-05-20T10:00:00')),
      event('longSilent', '2026-05-03T23:00:00'), // 29 days before, one too many
      event('back', '2026-06-19T23:59:59'), // the last instant of the thirty days
      event('busy', '2026-06-20T00:00:00'), // too late, it was certain at that midnight
      event('busy', '2026-07-10T00:00:00'),
    ],
  });

  it('counts when thirty days have passed in silence', async () => {
    expect(await labelsOf(raw({}))).toEqual({
      back: [false, true, true],
      silent: [true, true, true],
      busy: [true, true, true],
    });
  });

  it('has silent days of its own, whatever the horizon', async () => {
    expect(await labelsOf(raw({ silent_days: 45 }))).toEqual({
      back: [false, false, true],
      silent: [false, true, true],
      busy: [false, false, true],
    });
  });

  it('does not take every gap of a buyer for a departure', async () => {
    const days = ['2026-01-07', '2026-02-11', '2026-03-18', '2026-04-22', '2026-05-27', '2026-07-01'];
    const buyer = (bought: readonly string[]): RawLayer => ({
      accounts: [account('buyer')],
      tenant_settings: through('2026-12-31', { churn_definition: 'inactivity' }),
      platform_events: [earlyEvent, ...bought.map((day) => event('buyer', `${day}T12:00:00`))],
    });
    expect(await labelsOf(buyer(days))).toEqual({ buyer: [false, false, false] });
    // Gone after the purchase of 27 May: certain after twice the usual 35 days.
    expect(await labelsOf(buyer(days.slice(0, -1)))).toEqual({ buyer: [false, false, true] });
  });
});

describe('the definition', () => {
  const ids = ['paid', 'free1', 'free2', 'free3'];
  const mixed = (setting: Row): RawLayer => ({
    accounts: ids.map((id) => account(id)),
    subscriptions: [subscription('paid', { cancelled_at: '2026-06-10' })],
    tenant_settings: through('2026-08-30', { churn_definition: null, ...setting }),
    platform_events: [
      earlyEvent,
      ...ids.flatMap((id) => [event(id, '2026-05-30T10:00:00'), event(id, '2026-06-20T10:00:00')]),
      event('free1', '2026-07-15T10:00:00'),
    ],
  });

  it('of a tenant with free and paid accounts is both, and one subscription silences nobody', async () => {
    const expected = {
      paid: [true, true, true],
      free1: [false, false, true],
      free2: [false, true, true],
      free3: [false, true, true],
    };
    expect(await labelsOf(mixed({}))).toEqual(expected);
    expect(await labelsOf(mixed({ churn_definition: 'both' }))).toEqual(expected);
    const marts = await martsFrom(mixed({}));
    expect((await marts('tenant_profiles'))[0]).toMatchObject({
      churn_definition: 'both',
      churn_definition_doubt: 'unsaid',
      account_count: 4,
      subscriber_count: 1,
    });
  });

  it('may be none, and then no account is scored', async () => {
    expect(await labelsOf(mixed({ churn_definition: 'none' }))).toEqual({});
  });

  it('is doubted where the data contradicts the setting', async () => {
    const doubt = async (churn_definition: string) =>
      (await (await martsFrom(mixed({ churn_definition })))('tenant_profiles'))[0]!.churn_definition_doubt;
    expect(await doubt('contractual')).toBe('unsubscribed_accounts');
    expect(await doubt('inactivity')).toBe('subscribed_accounts');
    expect(await doubt('both')).toBeNull();
  });
});
