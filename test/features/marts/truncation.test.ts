import { expect, it } from 'vitest';
import { createRandom } from '../../../stats/seeded-random.ts';
import { martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

/*
 * The past never changes: a home that holds only what had arrived by a date gives the same rows for it as one that holds
 * everything, in every column. The rows are made up: in-place updates, late rows, corrections and declared back-fills.
 */
const DATES = ['2026-04-13', '2026-06-10', '2026-08-03'];
const TENANTS = 50;
const END = '2026-09-21';
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2025-12-01');
const DAYS = (Date.parse(END) - FIRST_DAY) / DAY_MS;
const TABLES = ['accounts', 'subscriptions', 'support_tickets', 'platform_events', 'currency_rates'] as const;

const random = createRandom(7);
const iso = (time: number): string => new Date(time).toISOString().slice(0, 19);
const whole = (below: number): number => Math.floor(random.next() * below);
const one = <T>(...values: readonly T[]): T => values[whole(values.length)]!;
const moment = (fromDay: number, toDay: number): number =>
  FIRST_DAY + Math.floor((fromDay + random.next() * (toDay - fromDay)) * DAY_MS);
/** When a row arrives: mostly at once, now and then weeks later. */
const arrival = (time: number): number =>
  time + (random.next() < 0.15 ? whole(60) * DAY_MS : 0) + whole(600) * 1000;

function madeUpWorld(): Record<(typeof TABLES)[number] | 'tenant_settings' | 'backfills', Row[]> {
  const world = {
    accounts: [] as Row[],
    subscriptions: [] as Row[],
    support_tickets: [] as Row[],
    platform_events: [] as Row[],
    currency_rates: ['eur', 'usd', 'jpy'].flatMap((currency) =>
      [0, 90, 180].map((day) => ({
        currency,
        rate: 1 + random.next(),
        valid_from: iso(FIRST_DAY + day * DAY_MS),
        loaded_at: iso(arrival(FIRST_DAY + day * DAY_MS)),
      })),
    ),
    tenant_settings: [] as Row[],
    backfills: [] as Row[],
  };
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    const tenant_id = `t${tenant}`;
    world.tenant_settings.push({
      tenant_id,
      churn_definition: one(null, null, 'contractual', 'inactivity', 'both'),
      grace_days: one(null, 0, 7),
      silent_days: one(null, 20, 45),
      reporting_currency: one(null, 'usd'),
      arrival_hours: null,
      data_through: END,
    });
    // History loaded at once, and declared so.
    const historyDay = whole(60);
    const historyLoaded = iso(FIRST_DAY + historyDay * DAY_MS);
    for (const table_name of TABLES.slice(0, 4))
      world.backfills.push({ table_name, tenant_id, loaded_from: historyLoaded, loaded_to: historyLoaded });
    const loadedAt = (time: number): string =>
      time < FIRST_DAY + historyDay * DAY_MS ? historyLoaded : iso(arrival(time));
    for (let number = 0; number < 4; number++) addAccount(world, tenant_id, `a${number}`, loadedAt);
  }
  return world;
}

function addAccount(
  world: Record<(typeof TABLES)[number], Row[]>,
  tenant_id: string,
  account_id: string,
  loadedAt: (time: number) => string,
): void {
  const key = { tenant_id, account_id };
  const created = moment(0, 60);
  const changes = [created, ...Array.from({ length: whole(3) }, () => moment(60, DAYS))];
  for (const time of changes)
    world.accounts.push({
      ...key,
      segment: one('smb', 'mid', 'large'),
      region: one('emea', 'apac', null),
      created_at: iso(created),
      valid_from: time === created ? null : one(iso(time), null),
      loaded_at: loadedAt(time),
    });
  for (let number = 0; number < one(0, 1, 1, 2); number++) {
    const start = moment(0, 90);
    const renewal = (time: number): number => time + one(30, 90, 365) * DAY_MS;
    const subscription = (time: number, more: Row = {}): Row => ({
      ...key,
      subscription_id: `${tenant_id}-${account_id}-${number}`,
      product: one('crm', 'calls'),
      plan: one('pro', 'max'),
      seats: 1 + whole(20),
      mrr: 10 * (1 + whole(50)),
      currency: one('eur', 'usd', 'jpy'),
      started_at: iso(start),
      renews_at: one(iso(renewal(time)), null),
      valid_from: one(iso(time), null),
      loaded_at: loadedAt(time),
      ...more,
    });
    world.subscriptions.push(subscription(start));
    for (let change = whole(4); change > 0; change--)
      world.subscriptions.push(subscription(moment(90, DAYS)));
    if (random.next() < 0.4) {
      const end = moment(100, DAYS);
      world.subscriptions.push(subscription(end, { cancelled_at: iso(end) }));
    }
  }
  for (let number = whole(4); number > 0; number--) {
    const opened = moment(60, DAYS - 10);
    const ticket = { ...key, ticket_id: `${account_id}-${number}`, opened_at: iso(opened) };
    world.support_tickets.push({
      ...ticket,
      severity: one('high', 'low'),
      valid_from: one(iso(opened), null),
      loaded_at: loadedAt(opened),
    });
    const closed = opened + whole(20) * DAY_MS;
    world.support_tickets.push({
      ...ticket,
      severity: 'low',
      valid_from: one(iso(closed), null),
      closed_at: iso(closed),
      csat: one(null, 1, 5),
      loaded_at: loadedAt(closed),
    });
  }
  const gap = one(2, 5, 25);
  const stops = one(DAYS, DAYS, 90 + whole(150));
  for (let day = 60 * random.next(); day < stops; day += random.next() * 2 * gap) {
    const time = FIRST_DAY + Math.floor(day * DAY_MS);
    world.platform_events.push({
      ...key,
      user_id: one('ann', 'bob', null),
      event_type: one('login', 'email_sent', 'report_viewed', 'unheard_of'),
      event_time: iso(time),
      quantity: one(null, 1, 2.5),
      loaded_at: loadedAt(time),
    });
  }
}

it('a home that holds only what had arrived by a date gives the same rows for it', {
  timeout: 120_000,
}, async () => {
  const world = madeUpWorld();
  const requests = { as_of_requests: DATES.map((as_of_date) => ({ as_of_date })) };
  const whole_ = await martsFrom({ ...world, ...requests });
  const [features, labels] = [await whole_('account_features'), await whole_('account_churn_labels')];
  let waiting = 0;
  for (const date of DATES) {
    const arrived: RawLayer = {
      ...Object.fromEntries(
        TABLES.map((table) => [
          table,
          world[table].filter((row) => String(row.loaded_at) < `${date}T00:00:00`),
        ]),
      ),
      tenant_settings: world.tenant_settings.map((row) => ({ ...row, data_through: date })),
      backfills: world.backfills,
      ...requests,
    };
    const marts = await martsFrom(arrived);
    const at = (rows: readonly Row[]) => rows.filter((row) => row.as_of_date === date);
    const then = await marts('account_features');
    expect(at(then).length).toBeGreaterThan(60);
    expect(at(features)).toEqual(at(then));

    // Labels that were known by then, of all as-of dates that both homes have.
    const known = (rows: readonly Row[], mine: ReadonlySet<string>) =>
      rows.flatMap((row) => {
        const key = `${row.tenant_id} ${row.account_id} ${row.as_of_date}`;
        const closed = (days: number) =>
          Date.parse(String(row.as_of_date)) + days * DAY_MS <= Date.parse(date);
        return mine.has(key)
          ? [30, 60, 90].flatMap((days) => (closed(days) ? [[key, days, row[`churned_${days}d`]]] : []))
          : [];
      });
    const thenLabels = await marts('account_churn_labels');
    const shared = new Set(thenLabels.map((row) => `${row.tenant_id} ${row.account_id} ${row.as_of_date}`));
    const later = new Set(labels.map((row) => `${row.tenant_id} ${row.account_id} ${row.as_of_date}`));
    const both = new Set([...shared].filter((key) => later.has(key)));
    const [now, before] = [known(labels, both), known(thenLabels, both)];
    const isFinal = before.map(([, , churned]) => churned !== null);
    expect(now.filter((_, index) => isFinal[index])).toEqual(before.filter((_, index) => isFinal[index]));
    // The others wait for an end that is open, and by now every one of these is decided.
    waiting += isFinal.filter((final) => !final).length;
    expect(now.every(([, , churned]) => churned !== null)).toBe(true);
  }
  expect(waiting).toBeGreaterThan(10);
  expect(labels.some((row) => row.churned_30d === true && row.churn_definition === 'contractual')).toBe(true);
  expect(labels.some((row) => row.churned_30d === true && row.churn_definition === 'inactivity')).toBe(true);
});
