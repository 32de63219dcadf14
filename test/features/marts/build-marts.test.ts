import { describe, expect, it } from 'vitest';
import { backfills, platformEvents } from '../../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { readMartsManifest } from '../../../features/marts/marts-manifest.ts';
import type { RebuiltDates } from '../../../features/marts/rebuilt-dates.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { AS_OF, account, earlyEvent, event, featuresOf, subscription, throughAsOf } from './acme.ts';
import { append, martsFrom, openRawLayer, type RawLayer, type Row, rowsOf } from './small-raw-layer.ts';

describe('windows', () => {
  it('take the days before the as-of midnight and nothing later', async () => {
    const row = await featuresOf(
      {
        accounts: [account('a')],
        subscriptions: [subscription('a')],
        tenant_settings: [throughAsOf],
        platform_events: [
          earlyEvent,
          event('a', '2026-06-01T00:00:00'), // the as-of midnight itself: not known yet
          event('a', '2026-05-31T23:59:59', { quantity: 5 }),
          event('a', '2026-05-25T00:00:00', { user_id: 'bob', event_type: 'report_viewed' }), // first instant of the 7 days
          event('a', '2026-05-24T23:59:59', { event_type: 'report_viewed' }), // one too old for them
          event('a', '2026-05-10T12:00:00', { user_id: null, event_type: 'never_heard_of' }),
          event('a', '2026-04-20T12:00:00', { user_id: 'cem', event_type: 'LOGIN ' }),
        ],
      },
      'a',
    );
    expect(row).toMatchObject({
      events_7d: 2,
      active_days_7d: 2,
      active_users_7d: 2,
      quantity_7d: 6,
      kinds_used_7d: 2,
      events_ratio_7d: 3 / 2,
      events_14d: 3,
      events_28d: 4,
      active_users_28d: 2,
      events_56d: 5,
      active_users_56d: 3,
      events_84d: 5,
      kinds_used_84d: 4,
      communicate_events_7d: 1,
      communicate_days_since_last_event: 1,
      communicate_events_ratio_28d: 2,
      report_events_7d: 1,
      report_events_14d: 2,
      report_active_users_14d: 2,
      report_active_days_14d: 2,
      other_events_28d: 1,
      other_active_users_28d: 0,
      session_events_28d: 0,
      session_events_ratio_28d: 1 / 2,
      session_days_since_last_event: 42,
      content_events_ratio_28d: null,
      content_days_since_last_event: 84,
      days_since_last_event: 1,
      events_week_01: 2,
      events_week_02: 1,
      events_week_04: 1,
      events_week_06: 1,
      events_week_12: 0,
      active_weeks_share_84d: 4 / 12,
      longest_gap_days_84d: 42, // from 9 March (84 days before) up to 19 April
      mean_gap_days_84d: (11 + 20 + 14 - 4) / 4,
      seat_utilisation_28d: 0.2,
      seat_utilisation_change_28d: 0.1,
      weekend_share_84d: 3 / 5, // 10, 24 and 31 May are Sundays
    });
    const slope = (5.5 * Math.log(3) + 4.5 * Math.log(2) + 2.5 * Math.log(2) + 0.5 * Math.log(2)) / 143;
    expect(row.events_trend_84d).toBeCloseTo(slope, 8);
  });

  it('compare an account with its whole tenant', async () => {
    const busy = (id: string, count: number, day: string) =>
      Array.from({ length: count }, (_, hour) => event(id, `${day}T${String(hour).padStart(2, '0')}:00:00`));
    const row = await featuresOf(
      {
        accounts: ['a', 'b', 'c'].map((id) => account(id)),
        subscriptions: ['a', 'b', 'c'].map((id) => subscription(id)),
        tenant_settings: [throughAsOf],
        platform_events: [
          earlyEvent,
          ...busy('a', 1, '2026-05-20'),
          ...busy('a', 3, '2026-04-20'),
          ...busy('b', 7, '2026-05-20'),
          ...busy('b', 4, '2026-04-20'),
          ...busy('c', 3, '2026-05-21'),
        ],
      },
      'a',
    );
    expect(row.tenant_events_ratio_28d).toBe(12 / 8);
    expect(row.events_ratio_vs_tenant_28d).toBe(2 / 4 / (12 / 8));
    expect(row.events_vs_tenant_median_28d).toBeCloseTo(2 / 4, 8);
    // Mails on two, two and one days.
    expect(row.communicate_active_days_vs_tenant_84d).toBeCloseTo((1 + 2) / (1 + 5 / 3), 8);
  });

  it('are complete for an account without events', async () => {
    const row = await featuresOf(
      {
        accounts: [account('idle', { created_at: '2026-05-20T08:00:00' })],
        subscriptions: [subscription('idle', { started_at: '2026-05-20T08:00:00', seats: null, mrr: null })],
        tenant_settings: [throughAsOf],
        platform_events: [earlyEvent],
      },
      'idle',
    );
    expect(row).toMatchObject({
      account_age_days: 12,
      events_28d: 0,
      active_users_84d: 0,
      events_ratio_28d: null,
      days_since_last_event: 168,
      longest_gap_days_84d: 12,
      mean_gap_days_84d: null,
      events_trend_84d: 0,
      weekend_share_84d: null,
      seats: null,
      mrr_per_seat: null,
      seat_utilisation_28d: null,
      tickets_open: 0,
      mean_csat_168d: null,
      days_since_last_ticket: 168,
      events_vs_tenant_median_28d: 1,
    });
  });
});

describe('point in time', () => {
  // A plan's term is told by what all of its contracts have in common.
  const others = ['c', 'd', 'e'];
  const before: RawLayer = {
    accounts: [account('a'), account('b'), ...others.map((id) => account(id))],
    subscriptions: [
      subscription('a', { renews_at: '2026-11-15' }),
      subscription('b', { started_at: '2025-11-15', renews_at: '2026-11-15' }),
      ...others.map((id) => subscription(id, { renews_at: '2026-11-15' })),
    ],
    tenant_settings: [{ ...throughAsOf, data_through: '2026-10-01' }],
    support_tickets: [
      { tenant_id: 'acme', account_id: 'a', opened_at: '2026-05-20T10:00:00', severity: 'High' },
      {
        tenant_id: 'acme',
        account_id: 'a',
        opened_at: '2026-03-20T10:00:00',
        closed_at: '2026-03-21T10:00:00',
        severity: 'low',
        csat: 4,
      },
    ],
    platform_events: [earlyEvent, event('a', '2026-05-30T10:00:00'), event('b', '2026-05-29T10:00:00')],
  };

  it('a monthly contract that ended after a year is not read as annual', async () => {
    const ids = ['a', ...others, 'f'];
    const raw: RawLayer = {
      accounts: ids.map((id) => account(id)),
      subscriptions: ids.map((id, months) =>
        subscription(id, { started_at: '2025-07-10', renews_at: `2026-0${5 + Math.min(months, 4)}-10` }),
      ),
      tenant_settings: before.tenant_settings!,
      platform_events: [earlyEvent, ...ids.map((id) => event(id, '2026-05-30T10:00:00'))],
    };
    // d renews on 10 July 2026, a whole year after its start.
    expect(await featuresOf(raw, 'd')).toMatchObject({ term_months: 1 });
    expect((await featuresOf(raw, 'd')).days_to_renewal).toBeLessThan(31);
  });

  it('nothing that happens on or after the as-of date changes its features', async () => {
    const after: RawLayer = {
      accounts: before.accounts!,
      subscriptions: [
        // The feed moved the renewal date on, twice.
        subscription('a', { renews_at: '2028-11-15', cancelled_at: '2026-07-01T10:00:00' }),
        subscription('a', { started_at: '2026-06-01', seats: 99, mrr: 9000, plan: 'max' }),
        subscription('b', { renews_at: '2026-11-15', cancelled_at: '2026-06-01T00:00:00' }),
        ...others.map((id) => subscription(id, { renews_at: '2027-11-15' })),
      ],
      tenant_settings: before.tenant_settings!,
      support_tickets: [
        { ...before.support_tickets![0]!, closed_at: '2026-06-01T00:00:00', csat: 1 },
        before.support_tickets![1]!,
        { tenant_id: 'acme', account_id: 'a', opened_at: '2026-06-01T00:00:00', severity: 'high' },
      ],
      platform_events: [
        ...before.platform_events!,
        event('a', '2026-06-01T00:00:00'),
        event('b', '2026-07-01T00:00:00', { event_type: 'login' }),
      ],
    };
    for (const id of ['a', 'b']) {
      const [then, later] = await Promise.all([featuresOf(before, id), featuresOf(after, id)]);
      expect(later).toEqual(then);
      expect(then).toMatchObject({ seats: 10, subscription_count: 1, seats_change: null });
    }
    expect(await featuresOf(after, 'a')).toMatchObject({
      tickets_open: 1,
      tickets_opened_28d: 1,
      tickets_high_severity_84d: 1,
      mean_csat_168d: 4,
      days_since_last_ticket: 12,
      days_since_subscription_start: 198,
      term_months: 12,
      days_to_renewal: 167,
    });
  });
});

describe('as-of dates and tenants', () => {
  it('run from 28 days after the first event to the end of the data, plus requests', async () => {
    const marts = await martsFrom({
      accounts: [account('a'), account('x', { tenant_id: 'silent' })],
      as_of_requests: [
        { as_of_date: '2026-05-07' },
        { as_of_date: '2026-04-01' },
        { as_of_date: '2027-01-01' },
      ],
      platform_events: [
        event('a', '2026-04-06T10:00:00'),
        event('a', '2026-06-04T15:00:00'),
        event('a', '2062-06-04T15:00:00'), // a broken clock: later than its own loading
      ],
    });
    expect((await marts('tenant_as_of_dates')).map((row) => `${row.tenant_id} ${row.as_of_date}`)).toEqual([
      'acme 2026-05-07',
      'acme 2026-05-11',
      'acme 2026-05-25',
      'acme 2026-05-28',
      'acme 2026-06-04',
    ]);
    expect(await marts('tenant_profiles')).toEqual([
      {
        tenant_id: 'acme',
        churn_definition: 'inactivity',
        churn_definition_doubt: null,
        account_count: 1,
        subscriber_count: 0,
        eligible_days: 28,
        silent_days: 30,
        grace_days: 1,
        reporting_currency: null,
        first_event_date: '2026-04-06',
        first_as_of_date: '2026-05-04',
        data_through: '2026-06-04',
      },
      {
        tenant_id: 'silent',
        churn_definition: 'inactivity',
        churn_definition_doubt: null,
        account_count: 1,
        subscriber_count: 0,
        eligible_days: 28,
        silent_days: 30,
        grace_days: 1,
        reporting_currency: null,
        first_event_date: null,
        first_as_of_date: null,
        data_through: '2026-06-04',
      },
    ]);
  });

  it('the operator sees the activity of its tenants’ accounts', async () => {
    const marts = await martsFrom({
      accounts: [
        account('a'),
        account('b'),
        account('acme', { tenant_id: 'platform' }),
        account('z', { tenant_id: 'not-a-customer' }),
      ],
      subscriptions: [subscription('acme', { tenant_id: 'platform' })],
      platform_events: [
        event('a', '2026-05-01T10:00:00'),
        event('b', '2026-05-01T11:00:00', { quantity: 3 }),
        event('b', '2026-05-01T12:00:00', { user_id: 'bob' }),
        event('acme', '2026-05-01T13:00:00', { tenant_id: 'platform', user_id: 'bob' }),
        event('z', '2026-05-01T13:00:00', { tenant_id: 'not-a-customer' }),
        event('z', '2026-06-01T13:00:00', { tenant_id: 'not-a-customer' }),
      ],
    });
    const operator = (await marts('account_daily_activity')).filter((row) => row.tenant_id === 'platform');
    expect(operator).toEqual([
      {
        tenant_id: 'platform',
        account_id: 'acme',
        activity_date: '2026-05-01',
        activity_kind: 'communicate',
        event_count: 4,
        quantity: 6,
        active_users: 2,
      },
    ]);
    const features = (await marts('account_features')).filter((row) => row.tenant_id === 'platform');
    expect(features.at(-1)).toMatchObject({
      account_id: 'acme',
      as_of_date: AS_OF,
      events_56d: 4,
      active_users_56d: 2,
    });
  });
});

it('an empty raw layer makes empty marts, with the columns of their contracts', async () => {
  const warehouse = await openRawLayer({});
  const left = { schema: 'intermediate', name: 'int_user_keys' };
  await warehouse.ensureTable({
    relation: left,
    keyColumns: [],
    columns: [{ name: 'user_id', type: 'text', nullable: true }],
  });
  const built = await buildMarts(warehouse);
  // Of a user whom an erasure would not find there.
  expect(await warehouse.describe(left), 'a table of an earlier version').toEqual([]);
  const { models } = readMartsManifest(defaultSettings());
  expect(built.map(({ relation }) => relation.name)).toEqual(models.map(({ name }) => name));
  for (const { schema, name, columns } of models.filter((model) => model.columns.length > 0)) {
    const described = await warehouse.describe({ schema, name });
    expect(described.map((column) => column.name)).toEqual(columns.map((column) => column.name));
    // What belongs to no tenant are the kinds and windows that the columns stand for, and the limits of all tenants.
    if (columns.some((column) => column.name === 'tenant_id'))
      expect((await rowsOf(warehouse, schema, name)).filter((row) => row.tenant_id !== '*')).toEqual([]);
  }
});

it('a date that was scored keeps its features, off the grid that models learn from', async () => {
  const warehouse = await openRawLayer({
    accounts: [account('a')],
    subscriptions: [subscription('a')],
    platform_events: [earlyEvent, event('a', '2026-05-20T10:00:00')],
  });
  await append(warehouse, scoreRuns, [
    {
      run_id: '1',
      tenant_id: 'acme',
      as_of_date: '2026-05-14',
      feature_set_hash: 'f',
      status: 'succeeded',
      rows_read: 1,
      rows_scored: 1,
      gate_results: '[]',
      timings: '{}',
      started_at: '2026-05-14',
      finished_at: '2026-05-14',
    },
  ]);
  const dates = async () =>
    (await rowsOf(warehouse, 'analytics', 'tenant_as_of_dates'))
      .filter((row) => String(row.as_of_date) >= '2026-05-01')
      .map((row) => [row.as_of_date, row.is_grid_date]);
  await buildMarts(warehouse);
  expect(await dates()).toEqual([
    ['2026-05-07', false], // a week before the scores
    ['2026-05-11', true],
    ['2026-05-13', false], // a week before the last day
    ['2026-05-14', false],
    ['2026-05-20', false],
  ]);
  // The next nights have other last days.
  await append(warehouse, platformEvents, [
    { ...event('a', '2026-05-23T10:00:00'), loaded_at: '2026-12-01' },
  ]);
  await buildMarts(warehouse);
  expect((await dates()).map(([date]) => date)).toEqual([
    '2026-05-07',
    '2026-05-11',
    '2026-05-14',
    '2026-05-16',
    '2026-05-23',
  ]);
  const features = await rowsOf(warehouse, 'analytics', 'account_features');
  expect(features.map((row) => row.as_of_date)).toContain('2026-05-14');
});

it('says which as-of dates a late row or a back-fill changes, and keeps the others', async () => {
  const loaded = (time: string, loadedAt: string) => ({ ...event('a', time), loaded_at: loadedAt });
  const warehouse = await openRawLayer({
    backfills: [],
    accounts: [account('a', { loaded_at: '2025-11-01' })],
    subscriptions: [subscription('a', { loaded_at: '2025-11-15' })],
    platform_events: [
      { ...earlyEvent, loaded_at: '2025-12-01T10:00:00' },
      loaded('2026-05-20T10:00:00', '2026-05-20T11:00:00'),
    ],
  });
  const rebuilt: RebuiltDates[][] = [];
  const build = () => buildMarts(warehouse, { onRebuilt: (dates) => void rebuilt.push([...dates]) });
  await build();
  // What arrives late is not known on the days before.
  await append(warehouse, platformEvents, [loaded('2026-03-20T10:00:00', '2026-05-21T11:00:00')]);
  await build();
  expect(rebuilt).toEqual([]);
  // A declared back-fill is.
  const back = '2026-05-22T11:00:00';
  await append(warehouse, platformEvents, [loaded('2026-04-20T10:00:00', back)]);
  await append(warehouse, backfills, [
    { table_name: 'platform_events', tenant_id: 'acme', loaded_from: back, loaded_to: back },
  ]);
  await build();
  expect(rebuilt).toHaveLength(1);
  expect(rebuilt[0]).toMatchObject([
    { tenantId: 'acme', asOfDates: expect.arrayContaining(['2026-04-27', '2026-05-11']), accounts: 1 },
  ]);
  expect(rebuilt[0]![0]!.asOfDates[0]).toBe('2026-04-27');
});

it('building again gives the same rows', async () => {
  const warehouse = await openRawLayer({
    accounts: [account('a')],
    subscriptions: [subscription('a')],
    platform_events: [earlyEvent, event('a', '2026-05-20T10:00:00')],
  });
  await buildMarts(warehouse);
  const first = await rowsOf(warehouse, 'analytics', 'account_features');
  await buildMarts(warehouse);
  expect(first.length).toBeGreaterThan(0);
  expect(await rowsOf(warehouse, 'analytics', 'account_features')).toEqual(first);
});

it('current risk is that of the champion’s latest successful run', async () => {
  const warehouse = await openRawLayer({ accounts: [account('a')] });
  const run = (id: string, asOf: string, version: string, finished: string, more: Row = {}): Row => ({
    run_id: id,
    tenant_id: 'acme',
    as_of_date: asOf,
    model_name: 'churn',
    model_version: version,
    model_alias: 'champion',
    feature_set_hash: 'f',
    status: 'succeeded',
    rows_read: 1,
    rows_scored: 1,
    gate_results: '[]',
    timings: '{}',
    started_at: finished,
    finished_at: finished,
    ...more,
  });
  const score = (asOf: string, version: string, probability: number, more: Row = {}): Row => ({
    tenant_id: 'acme',
    account_id: 'a',
    revision: 1,
    is_withdrawn: false,
    as_of_date: asOf,
    model_name: 'churn',
    model_version: version,
    churn_probability_30d: probability,
    churn_probability_60d: probability,
    churn_probability_90d: probability,
    risk_band: 'low',
    risk_rank: 1,
    drivers: '[]',
    change_drivers: '[]',
    feature_hash: 'f',
    run_id: 'r',
    scored_at: asOf,
    ...more,
  });
  await append(warehouse, scoreRuns, [
    run('1', '2026-05-24', '1', '2026-05-24'),
    run('2', '2026-05-31', '1', '2026-05-31'),
    run('3', '2026-05-31', '2', '2026-06-01'),
    run('4', '2026-06-01', '2', '2026-06-01', { status: 'failed' }),
    run('5', '2026-06-01', '3', '2026-06-01', { model_alias: 'challenger' }),
  ]);
  await append(warehouse, accountChurnScores, [
    score('2026-05-24', '1', 0.1),
    score('2026-05-31', '1', 0.2),
    score('2026-05-31', '2', 0.3),
    // Its latest revision is served, and a score that was withdrawn is not.
    score('2026-05-31', '2', 0.35, { revision: 2 }),
    score('2026-05-31', '2', 0.9, { account_id: 'gone' }),
    score('2026-05-31', '2', 0.9, { account_id: 'gone', revision: 2, is_withdrawn: true }),
    // A rank is the place in the list as it is served: this row was second when it was made.
    score('2026-05-31', '2', 0.7, { account_id: 'b', risk_rank: 2 }),
    score('2026-06-01', '3', 0.4),
  ]);
  await buildMarts(warehouse);
  const rows = await rowsOf(warehouse, 'scores', 'current_risk');
  const served = rows.map(({ account_id, churn_probability_90d, risk_rank, revision }) => [
    account_id,
    churn_probability_90d,
    Number(risk_rank),
    Number(revision),
  ]);
  expect(served.sort()).toEqual([
    ['a', 0.35, 2, 2],
    ['b', 0.7, 1, 1],
  ]);
  expect(rows.find(({ account_id }) => account_id === 'a')).toMatchObject({
    name: 'Company a',
    owner: 'Team North',
  });
});
