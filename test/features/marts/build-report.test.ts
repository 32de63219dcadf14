import { describe, expect, it } from 'vitest';
import { SCORE_GATES } from '../../../features/contract/score-gates.ts';
import { FINDINGS } from '../../../features/ingest/importable-tables.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { BuildRefused, refusalOf } from '../../../features/marts/build-refused.ts';
import type { BuildReport } from '../../../features/marts/build-report.ts';
import { findingSentence } from '../../../features/marts/finding-words.ts';
import { DEFAULT_GATE_LIMITS } from '../../../serving/batch/gate-limits.ts';
import { account, event, subscription } from './acme.ts';
import { openRawLayer, type RawLayer, type Row, rowsOf } from './small-raw-layer.ts';

const DAY = 86_400_000;
const FIRST_DAY = Date.parse('2026-01-01T00:00:00Z');
const IDS = Array.from({ length: 10 }, (_, index) => `m${index}`);
const dayOf = (day: number): string => new Date(FIRST_DAY + day * DAY).toISOString().slice(0, 10);

/** An event of each account on each of 200 days, from 2026-01-01 to 2026-07-19. */
const daily = (ids: readonly string[] = IDS, more: Row = {}, days = 200): Row[] =>
  Array.from({ length: days }, (_, day) =>
    ids.map((id, index) => event(id, `${dayOf(day)}T09:${String(10 + index)}:00`, more)),
  ).flat();

/** Ten accounts with subscriptions and a daily event each: nothing to notice. */
const sound: RawLayer = {
  accounts: IDS.map((id) => account(id)),
  subscriptions: IDS.map((id) => subscription(id)),
  platform_events: daily(),
};

/** An event that was loaded so many days later, at a time. */
const loaded = (row: Row, days: number, time = '12:00:00'): Row => ({
  ...row,
  loaded_at: `${new Date(Date.parse(String(row.event_time).slice(0, 10)) + days * DAY).toISOString().slice(0, 10)}T${time}`,
});

/** All rows of these tables, declared to be history. */
const backfillsOf = (...tables: readonly string[]): Row[] =>
  tables.map((table_name) => ({
    table_name,
    tenant_id: '*',
    loaded_from: '1970-01-01',
    loaded_to: '2100-01-01',
  }));

async function reportOf(raw: RawLayer): Promise<BuildReport> {
  let found: BuildReport | undefined;
  await buildMarts(await openRawLayer(raw), {
    judge: (report) => {
      found = report;
    },
  });
  return found!;
}

/** The sentences of a report that are worse than a note, or of one finding. */
const sentencesOf = async (raw: RawLayer, finding?: string): Promise<string[]> =>
  (await reportOf(raw)).findings
    .filter((found) => (finding === undefined ? found.severity !== 'noted' : found.finding === finding))
    .map((found) => `${found.severity}: ${findingSentence(found)}`);

describe('a sound tenant', () => {
  it('has counts and no finding', async () => {
    const { tenants, findings } = await reportOf(sound);
    expect(findings).toEqual([]);
    expect(tenants).toEqual([
      {
        tenantId: 'acme',
        churnDefinition: 'contractual',
        events: 2000,
        accountVersions: 10,
        accounts: 10,
        subscriptionVersions: 10,
        subscriptions: 10,
        ticketVersions: 0,
        tickets: 0,
        asOfDates: 14,
        featureRows: 140,
        scorableAccounts: 10,
        firstAsOfDate: '2026-02-02',
        newestAsOfDate: '2026-07-19',
        lastEventDate: '2026-07-19',
      },
    ]);
  });
});

it('versions that arrived late: how many and by how much', async () => {
  const ticket = (opened_at: string, loaded_at: string): Row => ({
    tenant_id: 'acme',
    account_id: 'm0',
    ticket_id: opened_at,
    opened_at,
    severity: 'low',
    loaded_at,
  });
  const raw: RawLayer = {
    ...sound,
    backfills: backfillsOf('platform_events'),
    accounts: [
      account('m0', { loaded_at: '2025-11-21T09:00:00' }),
      ...IDS.slice(1).map((id) => account(id, { loaded_at: '2025-11-01T09:00:00' })),
      // A change that does not say since when holds since it came.
      account('m1', { segment: 'enterprise', loaded_at: '2026-05-01T09:00:00' }),
      account('m2', { segment: 'retail', valid_from: '2026-03-01', loaded_at: '2026-03-08T09:00:00' }),
    ],
    subscriptions: [
      ...IDS.map((id) => subscription(id, { loaded_at: '2025-11-15T09:00:00' })),
      subscription('m2', { mrr: 50, valid_from: '2026-03-01', loaded_at: '2026-03-08T09:00:00' }),
    ],
    support_tickets: [
      ticket('2026-03-01T10:00:00', '2026-03-01T11:00:00'),
      ticket('2026-03-02T10:00:00', '2026-03-22T11:00:00'),
    ],
  };
  const late = (which: string, days: number) =>
    `warned: acme: ${which} were loaded after the midnight that they should have counted for, the latest by ${days} days; they count from their loading on; history is declared with \`churn import --backfill\``;
  expect((await sentencesOf(raw)).filter((sentence) => sentence.includes('versions'))).toEqual([
    late('1 of 2 ticket versions (50 %)', 20),
    late('2 of 12 account versions (17 %)', 20),
    late('1 of 11 subscription versions (9.1 %)', 7),
  ]);
});

describe('events', () => {
  it('of unmapped types: warned, refused beyond half, and the most frequent are named', async () => {
    const odd = daily(['m0', 'm1'], { event_type: 'frobnicate' });
    expect(await sentencesOf({ ...sound, platform_events: [...daily(), ...odd] })).toEqual([
      expect.stringMatching(
        /^warned: acme: 400 of 2,400 events \(17 %\) have an event_type that counts as no kind but other: frobnicate \(400\); /,
      ),
    ]);
    const all = [...daily(IDS, { event_type: 'Zap' }), ...daily(['m0'], { event_type: 'bop' })];
    expect(await sentencesOf({ ...sound, platform_events: all })).toEqual([
      expect.stringMatching(
        /^refused: acme: 2,200 of 2,200 events \(100 %\) .*: zap \(2000\), bop \(200\), more than the 50 % that refuse a build; /,
      ),
    ]);
  });

  it('of accounts that nobody knows', async () => {
    const orphans = [...daily(['ghost'], {}, 30), ...daily(['wraith'], {}, 20)];
    expect(await sentencesOf({ ...sound, platform_events: [...daily(), ...orphans] })).toEqual([
      expect.stringMatching(
        /^warned: acme: 50 of 2,050 events \(2.4 %\) have an account_id that raw.accounts does not know, 2 ids in all: ghost, wraith; import/,
      ),
    ]);
    const { tenants, findings } = await reportOf({
      ...sound,
      platform_events: [...daily(), event('x', '2026-02-01T10:00:00', { tenant_id: 'nobody' })],
    });
    expect(tenants.map(({ tenantId, events, accounts }) => [tenantId, events, accounts])).toEqual([
      ['acme', 2000, 10],
      ['nobody', 1, 0],
    ]);
    expect(findings[0]).toMatchObject({ tenantId: 'nobody', finding: 'orphan_events', severity: 'warned' });
  });

  it('before their account was created', async () => {
    const accounts = IDS.map((id) => account(id, id < 'm3' ? { created_at: '2026-04-11' } : {}));
    const subscriptions = IDS.map((id) => subscription(id, id < 'm3' ? { started_at: '2026-04-11' } : {}));
    expect(await sentencesOf({ ...sound, accounts, subscriptions })).toEqual([
      expect.stringMatching(
        /^warned: acme: 300 of 2,000 events \(15 %\) lie before created_at of their account, by 100 days at most: m0, m1, m2; /,
      ),
    ]);
  });

  it('that arrived late: how many and by how much', async () => {
    const some = daily().map((row, index) => loaded(row, index % 10 === 0 ? 49 : 0));
    expect(
      await sentencesOf({
        ...sound,
        platform_events: some,
        backfills: backfillsOf('accounts', 'subscriptions'),
      }),
    ).toEqual([
      'warned: acme: 200 of 2,000 events (10 %) were loaded after the midnight that they should have counted for, the latest by 49 days; they count from their loading on; history is declared with `churn import --backfill`',
    ]);
  });

  it('that load by night: the arrival_hours that would fit', async () => {
    const nightly = daily().map((row, index) => loaded(row, 1, index % 20 === 0 ? '09:30:00' : '02:40:00'));
    const raw = { ...sound, platform_events: nightly, backfills: backfillsOf('accounts', 'subscriptions') };
    expect(await sentencesOf(raw, 'arrival_hours')).toEqual([
      'warned: acme: most events are loaded after the midnight that they should count for, and 1,900 of 2,000 events (95 %) within 3 hours of it, but arrival_hours is 0; set arrival_hours to 3 in tenant-settings, and run the night after that hour',
    ]);
    const settings = [{ tenant_id: 'acme', arrival_hours: 3 }];
    expect(await sentencesOf({ ...raw, tenant_settings: settings })).toEqual([]);
  });

  it('that say the same as another and have no id', async () => {
    const overlap = daily().slice(0, 300);
    const twice = (id?: string) => {
      const rows =
        id === undefined ? daily() : daily().map((row, index) => ({ ...row, event_id: `${index}` }));
      const again =
        id === undefined ? overlap : overlap.map((row, index) => ({ ...row, event_id: `x${index}` }));
      return { ...sound, platform_events: [...rows, ...again] };
    };
    expect(await sentencesOf(twice())).toEqual([
      'warned: acme: 300 of 2,300 events (13 %) without event_id say the same as another, from 2026-01-01 to 2026-01-30, as when an export overlaps the last one; give events an event_id, or export without overlap',
    ]);
    expect(await sentencesOf(twice('with an id'))).toEqual([]);
    // Two actions of one day are not one where times are days.
    const dayOnly = daily().map((row) => ({ ...row, event_time: String(row.event_time).slice(0, 10) }));
    expect(await sentencesOf({ ...sound, platform_events: [...dayOnly, ...dayOnly] })).toEqual([]);
  });

  it('with a quantity that cannot be counted, or a time after their loading', async () => {
    const odd = [event('m0', '2026-03-01T10:00:00', { quantity: 1e16 })];
    expect(await sentencesOf({ ...sound, platform_events: [...daily(), ...odd] })).toEqual([
      expect.stringMatching(
        /^warned: acme: 1 of 2,001 events \(0.05 %\) have a quantity that cannot be counted/,
      ),
    ]);
    const ahead = daily(['m0'], { loaded_at: '2026-01-01' }, 60);
    expect(
      await sentencesOf({ ...sound, platform_events: [...daily(), ...ahead] }, 'events_ahead_of_loading'),
    ).toEqual([
      expect.stringMatching(
        /^warned: acme: 60 of 2,060 events \(2.9 %\) have an event_time after their own loaded_at/,
      ),
    ]);
  });

  it('long before all others do not move the grid, and the tenant may say where history begins', async () => {
    const login = event('m0', '2020-03-01T10:00:00');
    const stray = { ...sound, platform_events: [login, ...daily()] };
    const dates = async (raw: RawLayer) => {
      const warehouse = await openRawLayer(raw);
      await buildMarts(warehouse);
      return (await rowsOf(warehouse, 'analytics', 'tenant_as_of_dates')).map((row) => row.as_of_date);
    };
    expect(await dates(stray)).toEqual(await dates(sound));
    expect(await sentencesOf(stray, 'outlying_first_events')).toEqual([
      'warned: acme: 1 of 2,001 active account days (0.05 %) lie long before all others, from 2020-03-01, and make no as-of dates: history begins 2026-01-01; set history_from in tenant-settings to decide where it begins',
    ]);
    const settings = (history_from: string) => ({
      ...stray,
      tenant_settings: [{ tenant_id: 'acme', history_from }],
    });
    expect((await dates(settings('2019-01-01')))[0]).toBe('2020-04-06');
    expect((await dates(settings('2026-04-01')))[0]).toBe('2026-05-11');
    expect(await sentencesOf(settings('2019-01-01'), 'outlying_first_events')).toEqual([]);
  });

  it('that ended although the platform goes on', async () => {
    const other = { tenant_id: 'zeta' };
    const raw: RawLayer = {
      accounts: [...IDS.map((id) => account(id)), account('z', other)],
      subscriptions: [...IDS.map((id) => subscription(id)), subscription('z', other)],
      platform_events: [...daily(), ...daily(['z'], other, 120)],
    };
    expect(await sentencesOf(raw, 'events_ended')).toEqual([
      expect.stringMatching(
        /^warned: zeta: there is no event after 2026-04-30, and data is taken to be complete up to 2026-07-19; /,
      ),
    ]);
  });
});

describe('accounts', () => {
  it.each<[string, RawLayer, RegExp]>([
    [
      'without a subscription where churn is contractual',
      {
        subscriptions: IDS.slice(3).map((id) => subscription(id)),
        tenant_settings: [{ tenant_id: 'acme', churn_definition: 'contractual' }],
      },
      /^warned: acme: 3 of 10 accounts \(30 %\) are never scored: they have no subscription, and churn is contractual here: m0, m1, m2; .*both/,
    ],
    [
      'whose subscription ended before it started',
      { subscriptions: IDS.map((id) => subscription(id, id < 'm3' ? { cancelled_at: '2025-11-01' } : {})) },
      /3 of 10 accounts \(30 %\) are never scored: their subscriptions end before they start: m0, m1, m2; correct/,
    ],
    [
      'whose subscription had ended by the first day',
      { subscriptions: IDS.map((id) => subscription(id, id < 'm3' ? { cancelled_at: '2026-01-10' } : {})) },
      /3 of 10 accounts .*: their subscriptions had ended before the first day: m0, m1, m2; import more/,
    ],
    [
      'that are new',
      { accounts: IDS.map((id) => account(id, id < 'm3' ? { created_at: '2026-07-19T10:00:00' } : {})) },
      /3 of 10 accounts .*: they were created after the newest full day: m0, m1, m2; /,
    ],
    [
      'without events where churn is by inactivity',
      { subscriptions: [], platform_events: daily(IDS.slice(3)) },
      /3 of 10 accounts .*: they have no event, and churn is by inactivity here: m0, m1, m2; /,
    ],
    [
      'of a tenant that wants none',
      { tenant_settings: [{ tenant_id: 'acme', churn_definition: 'none' }] },
      /10 of 10 accounts .*: churn_definition is none: m0, m1, m2, …; /,
    ],
    [
      'of a tenant with too few days',
      { platform_events: daily(IDS, {}, 20) },
      /10 of 10 accounts .*: the tenant has no 28 days of events: m0, m1, m2, …; import its events/,
    ],
  ])('never scored: %s', async (_, raw, sentence) => {
    expect(await sentencesOf({ ...sound, ...raw }, 'never_scored')).toEqual([
      expect.stringMatching(sentence),
    ]);
  });

  it('that moved to another tenant: told to both, and to neither which the other is', async () => {
    const raw: RawLayer = {
      accounts: [...IDS.map((id) => account(id)), ...IDS.map((id) => account(id, { tenant_id: 'zeta' }))],
      subscriptions: [],
      platform_events: [
        ...daily(IDS.slice(1)),
        ...daily(['m0'], {}, 100),
        ...daily(IDS.slice(1), { tenant_id: 'zeta' }),
        ...daily(['m0'], { tenant_id: 'zeta' }).slice(105),
      ],
    };
    expect(await sentencesOf(raw, 'moved_accounts')).toEqual([
      expect.stringMatching(
        /^warned: acme: 1 account fell silent as the same id came up in another tenant: m0; /,
      ),
      expect.stringMatching(
        /^warned: zeta: 1 account came up as the same id fell silent in another tenant: m0; /,
      ),
    ]);
    const named = raw.accounts!.map((row) => (row.tenant_id === 'zeta' ? { ...row, name: 'Other' } : row));
    expect(await sentencesOf({ ...raw, accounts: named }, 'moved_accounts')).toEqual([]);
  });

  it.each<[string, RawLayer, RegExp]>([
    [
      'one row of subscriptions among accounts without',
      { subscriptions: [subscription('m0')] },
      /^warned: acme: 9 of 10 accounts \(90 %\) have no subscription and others have, so churn is taken to be both; set churn_definition/,
    ],
    [
      'contractual by setting, and accounts without a subscription',
      {
        subscriptions: IDS.slice(1).map((id) => subscription(id)),
        tenant_settings: [{ tenant_id: 'acme', churn_definition: 'contractual' }],
      },
      /^warned: acme: 1 of 10 accounts \(10 %\) have no subscription, so they are never scored: churn_definition is contractual; /,
    ],
    [
      'inactivity by setting, and accounts with a subscription',
      { tenant_settings: [{ tenant_id: 'acme', churn_definition: 'inactivity' }] },
      /^warned: acme: 10 of 10 accounts \(100 %\) have a subscription, and its end counts for nothing: churn_definition is inactivity; /,
    ],
  ])('a doubt about the churn definition: %s', async (_, raw, sentence) => {
    expect(await sentencesOf({ ...sound, ...raw }, 'definition_doubt')).toEqual([
      expect.stringMatching(sentence),
    ]);
  });
});

describe('billing', () => {
  it('in currencies without a rate', async () => {
    const subscriptions = [
      ...IDS.map((id) => subscription(id)),
      subscription('m0', { product: 'add-on', currency: 'JPY', mrr: 10 }),
    ];
    expect(await sentencesOf({ ...sound, subscriptions })).toEqual([
      expect.stringMatching(
        /^warned: acme: currency JPY has no rate, so revenue of 1 account with 1 subscription is unknown; import/,
      ),
      expect.stringMatching(/^warned: acme: currency USD has no rate/),
    ]);
    const currency_rates = ['USD', 'JPY'].map((currency) => ({ currency, rate: 1 }));
    expect(await sentencesOf({ ...sound, subscriptions, currency_rates })).toEqual([]);
  });

  it('that jumps a hundredfold is refused, by seat, and mended by a version that is right', async () => {
    const version = (id: string, valid_from: string, more: Row) =>
      subscription(id, { valid_from, subscription_id: `s-${id}`, ...more });
    const before = IDS.map((id) => version(id, '2025-11-15', {}));
    const cents = version('m0', '2026-05-01', { mrr: 50_000 });
    expect(await sentencesOf({ ...sound, subscriptions: [...before, cents] })).toEqual([
      expect.stringMatching(
        /^refused: acme: mrr of 1 of 10 subscriptions \(10 %\) grew 100-fold at once, as when cents .*: m0: 500.00 → 50000.00, more than the 1 % that refuse a build; import them again in whole currency/,
      ),
    ]);
    const mended = version('m0', '2026-05-02', { mrr: 500 });
    expect(await sentencesOf({ ...sound, subscriptions: [...before, cents, mended] })).toEqual([]);
    const grown = version('m0', '2026-05-01', { mrr: 50_000, seats: 1000 });
    expect(await sentencesOf({ ...sound, subscriptions: [...before, grown] })).toEqual([]);
    const build_thresholds = [
      { tenant_id: 'acme', finding: 'revenue_jumps', warn_above: 0.05, refuse_above: 0.2 },
    ];
    expect(await sentencesOf({ ...sound, subscriptions: [...before, cents], build_thresholds })).toEqual([
      expect.stringMatching(/^warned: acme: mrr of 1 of 10/),
    ]);
  });

  it('that ends before it starts, or is negative', async () => {
    const subscriptions = IDS.map((id) =>
      subscription(id, id === 'm0' ? { cancelled_at: '2025-11-01' } : id === 'm1' ? { seats: -1 } : {}),
    );
    const sentences = await sentencesOf({ ...sound, subscriptions });
    expect(sentences).toContainEqual(
      expect.stringMatching(
        /^warned: acme: 1 of 10 subscriptions \(10 %\) have a cancelled_at before their started_at: m0; /,
      ),
    );
    expect(sentences).toContainEqual(
      expect.stringMatching(/^warned: acme: 1 of 10 subscriptions \(10 %\) have negative seats or mrr: m1; /),
    );
  });
});

describe('limits', () => {
  const unmapped = { ...sound, platform_events: daily(IDS, { event_type: 'zap' }) };
  const limit = (tenant_id: string, refuse_above: number | null): Row => ({
    tenant_id,
    finding: 'unmapped_event_types',
    warn_above: null,
    refuse_above,
  });

  it('a refused build leaves the marts as they were', async () => {
    const warehouse = await openRawLayer(unmapped);
    await expect(
      buildMarts(warehouse, {
        judge: (report) => {
          throw refusalOf(report, 'nothing changed');
        },
      }),
    ).rejects.toThrow(BuildRefused);
    expect(await warehouse.describe({ schema: 'analytics', name: 'account_features' })).toEqual([]);
  });

  it.each<[string, Row[], string]>([
    ['no row', [], 'refused'],
    ['all tenants', [limit('*', null)], 'noted'],
    ['the tenant', [limit('*', 0.1), limit('acme', 1)], 'noted'],
    ['another tenant', [limit('zeta', 1)], 'refused'],
  ])('are those of %s', async (_, build_thresholds, severity) => {
    const { findings } = await reportOf({ ...unmapped, build_thresholds });
    expect(findings).toEqual([expect.objectContaining({ severity })]);
  });

  it('every finding has a default limit and words', async () => {
    const warehouse = await openRawLayer({});
    await buildMarts(warehouse);
    const defaults = await rowsOf(warehouse, 'staging', 'stg_build_thresholds');
    expect(defaults.map((row) => row.finding).sort()).toEqual([...FINDINGS, ...SCORE_GATES].sort());
    const scoring = defaults.filter(({ finding }) => SCORE_GATES.some((gate) => gate === finding));
    expect(
      Object.fromEntries(
        scoring.map(({ finding, warn_above, refuse_above }) => [
          finding,
          { warnAbove: warn_above, refuseAbove: refuse_above },
        ]),
      ),
    ).toEqual(DEFAULT_GATE_LIMITS);
    for (const finding of FINDINGS)
      for (const reason of finding === 'never_scored'
        ? ['no_day']
        : finding === 'definition_doubt'
          ? ['unsaid']
          : ['out'])
        expect(
          findingSentence({
            tenantId: 't',
            finding,
            reason,
            severity: 'noted',
            subject: 's',
            rows: 1,
            totalRows: 2,
            share: 0.5,
            quantity: 1,
            firstDate: null,
            lastDate: null,
            refuseAbove: null,
          }),
        ).toMatch(/^t: .+; .+/);
  });
});
