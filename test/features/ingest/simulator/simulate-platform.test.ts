import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { asOfDateSchema, toEpochDay } from '../../../../features/contract/as-of-date.ts';
import { BadInput } from '../../../../features/contract/failure.ts';
import { RAW_TABLES } from '../../../../features/ingest/raw-tables.ts';
import { ARRIVAL_HOURS } from '../../../../features/ingest/simulator/nightly-load.ts';
import {
  type Simulation,
  type SimulationOptions,
  simulatePlatform,
} from '../../../../features/ingest/simulator/simulate-platform.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SMALL_WORLD: SimulationOptions = {
  seed: 17,
  tenants: 12,
  months: 6,
  endDate: asOfDateSchema.parse('2026-06-29'),
};

type Row = Readonly<Record<string, string | number | null>>;

async function rowsByTable(simulation: Simulation): Promise<Map<string, Row[]>> {
  const tables = new Map<string, Row[]>();
  for (const { table, batches } of simulation.tables) {
    const rows: Row[] = [];
    for await (const { rowCount, columns } of batches())
      for (let i = 0; i < rowCount; i++)
        rows.push(
          Object.fromEntries(
            Array.from(columns, ([name, { values }]) => {
              const value = values[i]!;
              return [name, typeof value === 'number' && Number.isNaN(value) ? null : value];
            }),
          ),
        );
    tables.set(table.relation.name, rows);
  }
  return tables;
}

async function digest(simulation: Simulation): Promise<string> {
  const hash = createHash('sha256');
  for (const { table, batches } of simulation.tables)
    for await (const { columns } of batches())
      for (const [name, { values }] of columns)
        hash.update(`${table.relation.name}.${name}:${values.join()}`);
  return hash.digest('hex');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function accountKey(row: Row): string {
  return `${row.tenant_id}/${row.account_id}`;
}

let world: Map<string, Row[]>;
let events: Row[];
let accounts: Row[];
let subscriptions: Row[];
let tickets: Row[];
let settings: Row[];

beforeAll(async () => {
  world = await rowsByTable(simulatePlatform(SMALL_WORLD));
  events = world.get('platform_events')!;
  accounts = world.get('accounts')!;
  subscriptions = world.get('subscriptions')!;
  tickets = world.get('support_tickets')!;
  settings = world.get('tenant_settings')!;
});

describe('repeating', () => {
  test('equal options give equal rows, also when streamed twice', async () => {
    const simulation = simulatePlatform(SMALL_WORLD);
    const first = await digest(simulation);
    expect(await digest(simulation)).toBe(first);
    expect(await digest(simulatePlatform(SMALL_WORLD))).toBe(first);
  });

  test('another seed gives other rows and another content hash', async () => {
    const other = simulatePlatform({ ...SMALL_WORLD, seed: 12 });
    expect(await digest(other)).not.toBe(await digest(simulatePlatform(SMALL_WORLD)));
    expect(other.contentHash).not.toBe(simulatePlatform(SMALL_WORLD).contentHash);
  });

  test('progress rises to 1 while events are generated', async () => {
    const shares: number[] = [];
    await rowsByTable(
      simulatePlatform({ ...SMALL_WORLD, tenants: 4, onProgress: (share) => shares.push(share) }),
    );
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  });

  test.each([
    ['no tenants', { tenants: 0 }],
    ['half a month', { months: 0.5 }],
    ['a seed that is no number', { seed: Number.NaN }],
  ])('%s is bad input', (_, options) => {
    expect(() => simulatePlatform({ ...SMALL_WORLD, ...options })).toThrow(BadInput);
  });
});

describe('rows', () => {
  test('fit the raw tables: every column and no other, types, nulls only where allowed', () => {
    for (const [name, rows] of world) {
      const table = RAW_TABLES.find(({ relation }) => relation.name === name)!;
      const columnNames = table.columns.map((column) => column.name);
      expect(rows.length, name).toBeGreaterThan(0);
      // One assertion per table: a million of them would take minutes.
      expect(rows.filter((row) => Object.keys(row).join() !== columnNames.join())).toEqual([]);
      for (const { name: column, type, nullable } of table.columns) {
        const fits = type === 'text' || type === 'json' ? isText : Number.isFinite;
        const misfits = rows.filter((row) => (row[column] === null ? !nullable : !fits(row[column])));
        expect(misfits, `${name}.${column}`).toEqual([]);
      }
    }
    for (const { properties } of events)
      if (properties !== null) expect(() => JSON.parse(String(properties))).not.toThrow();
  });

  test('keys are unique', () => {
    for (const [name, rows] of world) {
      const { keyColumns } = RAW_TABLES.find(({ relation }) => relation.name === name)!;
      if (keyColumns.length === 0) continue;
      const keys = new Set(rows.map((row) => JSON.stringify(keyColumns.map((column) => row[column]))));
      expect(keys.size, name).toBe(rows.length);
    }
  });

  test('every id refers to something: tenants are accounts of the platform, rows have an account', () => {
    const known = new Set(accounts.map(accountKey));
    const platformAccounts = accounts.filter((row) => row.tenant_id === 'platform');
    expect(new Set(platformAccounts.map((row) => row.account_id)).size).toBe(SMALL_WORLD.tenants);
    const tenantIds = new Set(platformAccounts.map((row) => row.account_id));
    for (const row of accounts)
      if (row.tenant_id !== 'platform') expect(tenantIds.has(row.tenant_id!)).toBe(true);
    const rows = [...events, ...subscriptions, ...tickets];
    expect(rows.filter((row) => !known.has(accountKey(row)))).toEqual([]);
    for (const { tenant_id } of settings)
      expect(tenantIds.has(tenant_id!) || tenant_id === 'platform').toBe(true);
    const strangers = events.filter(
      ({ user_id, account_id }) => user_id !== null && !String(user_id).startsWith(`${account_id}-u`),
    );
    expect(strangers).toEqual([]);
  });

  test('one event is unmapped, whatever its name, and counts as `other`', () => {
    expect(events.some((row) => row.event_type === 'assistant_prompted')).toBe(true);
  });
});

describe('time', () => {
  const end = toEpochDay(SMALL_WORLD.endDate) * DAY;
  const start = end - 182 * DAY;

  test('events lie between creation and departure of the account and its tenant, and before the end', () => {
    const createdAt = new Map(accounts.map((row) => [accountKey(row), row.created_at as number]));
    const departedAt = departures(subscriptions);
    const outside = events.filter((row) => {
      const time = row.event_time as number;
      const to = Math.min(
        departedAt.get(accountKey(row)) ?? end,
        departedAt.get(`platform/${row.tenant_id}`) ?? end,
        end,
      );
      return time < createdAt.get(accountKey(row))! || time >= to || (row.loaded_at as number) <= time;
    });
    expect(outside).toEqual([]);
  });

  test('what has not been loaded by the night after a feed has ended is not there', () => {
    for (const rows of [events, accounts, subscriptions, tickets])
      expect(
        rows.filter((row) => (row.loaded_at as number) >= knownUntil(row) + ARRIVAL_HOURS * HOUR),
      ).toEqual([]);
  });

  test('tickets open while the customer is there and close in the past', () => {
    const departedAt = departures(subscriptions);
    for (const row of tickets) {
      expect(row.opened_at as number).toBeLessThan(departedAt.get(accountKey(row)) ?? end);
      if (row.closed_at === null) expect(row.csat).toBeNull();
      else expect(row.closed_at as number).toBeLessThan(end);
    }
  });

  test('the data of a departed tenant end on the day it left, before the subscription ended', () => {
    const departedAt = departures(subscriptions);
    const departed = accounts.filter(
      (row) => departedAt.has(`platform/${row.account_id}`) && row.tenant_id === 'platform',
    );
    const ended = settings.filter((row) => row.data_through !== null);
    expect(ended.length).toBeGreaterThan(0);
    expect([...new Set(departed.map((row) => row.account_id))].toSorted()).toEqual(
      ended.map((row) => row.tenant_id).toSorted(),
    );
    for (const row of ended)
      expect((row.data_through as number) * DAY).toBeLessThanOrEqual(
        departedAt.get(`platform/${row.tenant_id}`)!,
      );
  });

  test('the first night is a declared back-fill, and nothing else of accounts and contracts is', () => {
    const declared = world.get('backfills')!.filter((row) => row.tenant_id === '*');
    expect(declared.map((row) => row.table_name)).toEqual(['accounts', 'subscriptions']);
    const first = declared[0]!.loaded_from as number;
    expect(first - start).toBeLessThan(ARRIVAL_HOURS * HOUR);
    for (const row of [...accounts, ...subscriptions]) {
      expect(row.loaded_at === first).toBe(row.valid_from === null);
      expect(row.loaded_at as number).toBeGreaterThanOrEqual(first);
    }
  });

  test('later rows are loaded in the night after they changed, and each differs from the one before', () => {
    for (const row of [...accounts, ...subscriptions, ...tickets]) {
      if (row.valid_from === null) continue;
      const delay = (row.loaded_at as number) - (row.valid_from as number);
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThan(DAY + HOUR);
      expect(((row.loaded_at as number) % DAY) / HOUR).toBeLessThan(ARRIVAL_HOURS);
    }
    const states = (rows: readonly Row[], id: (row: Row) => string) =>
      [...groupBy(rows, id).values()].flatMap((versions) =>
        versions.slice(1).map((row, before) => {
          const { loaded_at, valid_from, ...state } = row;
          const { loaded_at: _, valid_from: __, ...previous } = versions[before]!;
          return JSON.stringify(state) === JSON.stringify(previous);
        }),
      );
    for (const [rows, id] of [
      [accounts, accountKey],
      [subscriptions, (row: Row) => String(row.subscription_id)],
      [tickets, (row: Row) => String(row.ticket_id)],
    ] as const) {
      const isSame = states(rows, id);
      expect(isSame.length).toBeGreaterThan(5);
      expect(isSame.filter(Boolean)).toEqual([]);
    }
  });

  function knownUntil(row: Row): number {
    const feedEnd = settings.find(({ tenant_id }) => tenant_id === row.tenant_id)?.data_through;
    return feedEnd == null ? end : (feedEnd as number) * DAY;
  }
});

describe('contracts', () => {
  test('change in place: one id from the start to the end, and only the last version may end', () => {
    for (const rows of groupBy(subscriptions, (row) => String(row.subscription_id)).values()) {
      expect(new Set(rows.map((row) => `${row.account_id} ${row.product} ${row.started_at}`)).size).toBe(1);
      for (const row of rows.slice(0, -1)) expect(row.cancelled_at).toBeNull();
    }
    const changes = (column: string) =>
      [...groupBy(subscriptions, (row) => String(row.subscription_id)).values()].filter(
        (rows) => new Set(rows.map((row) => row[column])).size > 1,
      ).length;
    for (const column of ['renews_at', 'seats', 'plan', 'mrr'])
      expect(changes(column), column).toBeGreaterThan(2);
  });

  test('renew by the calendar, and add-ons with the main contract', () => {
    const main = new Map(
      subscriptions.filter(({ product }) => product === 'crm').map((row) => [accountKey(row), row]),
    );
    expect(subscriptions.some(({ product }) => product !== 'crm')).toBe(true);
    for (const row of subscriptions)
      expect(isRenewalOf(main.get(accountKey(row))!, row.renews_at as number), JSON.stringify(row)).toBe(
        true,
      );
  });

  test('are billed in two currencies by some tenants, which then report in one', () => {
    const reporting = new Set(
      settings.filter((row) => row.reporting_currency !== null).map((row) => row.tenant_id),
    );
    const currencies = groupBy(subscriptions, (row) => String(row.tenant_id));
    const two = [...currencies].filter(
      ([tenant, rows]) => tenant !== 'platform' && new Set(rows.map((row) => row.currency)).size > 1,
    );
    expect(two.length).toBeGreaterThan(0);
    for (const [tenant] of two) expect(reporting).toContain(tenant);
    expect(new Set(world.get('currency_rates')!.map((row) => row.currency))).toEqual(new Set(['USD', 'EUR']));
  });
});

describe('prices in cents by mistake', () => {
  test('are a hundredfold for some days in one tenant, only where asked for, and corrected in the end', async () => {
    const asked = await rowsByTable(simulatePlatform({ ...SMALL_WORLD, mistakenCents: true }));
    const key = (row: Row) => JSON.stringify(row);
    const known = new Set(subscriptions.map(key));
    const others = asked.get('subscriptions')!.filter((row) => !known.has(key(row)));
    expect(others.length).toBeGreaterThan(3);
    expect(new Set(others.map((row) => row.tenant_id)).size).toBe(1);
    const histories = groupBy(asked.get('subscriptions')!, (row) => String(row.subscription_id));
    for (const id of new Set(others.map((row) => String(row.subscription_id)))) {
      const prices = histories.get(id)!.map((row) => row.mrr as number);
      expect(Math.max(...prices)).toBeGreaterThan(50 * Math.min(...prices.filter((price) => price > 0)));
      expect(histories.get(id)!.map((row) => row.loaded_at as number)).toEqual(
        histories
          .get(id)!
          .map((row) => row.loaded_at as number)
          .toSorted((a, b) => a - b),
      );
    }
    const running = [...histories.values()]
      .map((rows) => rows.at(-1)!)
      .filter((row) => row.cancelled_at === null);
    const last = new Map(subscriptions.map((row) => [row.subscription_id, row.mrr]));
    expect(running.filter((row) => row.mrr !== last.get(row.subscription_id!))).toEqual([]);
    // All else is as it was.
    expect(asked.get('accounts')).toEqual(accounts);
  });
});

describe('delivery', () => {
  test('is at least once: the same event with the same id, later', () => {
    const copies = [...groupBy(events, (row) => String(row.event_id)).values()].filter(
      (rows) => rows.length > 1,
    );
    expect(copies.length / events.length).toBeGreaterThan(0.001);
    expect(copies.length / events.length).toBeLessThan(0.006);
    for (const [first, second, ...more] of copies) {
      expect(more).toEqual([]);
      expect(second).toEqual({ ...first, loaded_at: second!.loaded_at });
      expect(second!.loaded_at as number).toBeGreaterThan(first!.loaded_at as number);
    }
  });

  test('is late for some: hours and days, a few by weeks', () => {
    const lateBy = (hours: number) =>
      events.filter((row) => (row.loaded_at as number) - (row.event_time as number) > hours * HOUR).length /
      events.length;
    expect(lateBy(2)).toBeGreaterThan(0.005);
    expect(lateBy(2)).toBeLessThan(0.06);
    expect(lateBy(7 * 24)).toBeGreaterThan(0);
    expect(lateBy(7 * 24)).toBeLessThan(0.01);
  });

  test('gives some event types other names from a release on', () => {
    const last = (type: string) =>
      Math.max(...events.filter((row) => row.event_type === type).map((row) => row.event_time as number));
    const first = (type: string) =>
      Math.min(...events.filter((row) => row.event_type === type).map((row) => row.event_time as number));
    for (const [old, renamed] of [
      ['page_view', 'page'],
      ['assistant_prompted', 'copilot_prompted'],
    ] as const) {
      // Clients that are updated late overlap.
      expect(first(renamed)).toBeLessThan(last(old));
      expect(first(renamed) - first(old)).toBeGreaterThan(60 * DAY);
    }
  });
});

describe('variety', () => {
  test('tenants differ in size, in activity per account and in their mix of events', () => {
    const perTenant = groupBy(events, (row) => String(row.tenant_id));
    const sizes = groupBy(accounts, (row) => String(row.tenant_id));
    const size = (tenant: string) => new Set(sizes.get(tenant)!.map((row) => row.account_id)).size;
    const rates = Array.from(perTenant, ([tenant, rows]) => rows.length / size(tenant));
    const emailShares = Array.from(
      perTenant.values(),
      (rows) => rows.filter((row) => row.event_type === 'email_sent').length / rows.length,
    );
    expect(Math.max(...rates)).toBeGreaterThan(2 * Math.min(...rates));
    expect(Math.max(...emailShares)).toBeGreaterThan(2 * Math.min(...emailShares));
  });

  test('weekends are quiet', () => {
    const weekend = events.filter((row) => [0, 6].includes(new Date(row.event_time as number).getUTCDay()));
    expect(weekend.length / events.length).toBeLessThan(0.2);
  });
});

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** When each customer's main contract ended. */
function departures(rows: readonly Row[]): Map<string, number> {
  const departed = new Map<string, number>();
  for (const row of rows)
    if (row.product === 'crm' && row.cancelled_at !== null)
      departed.set(accountKey(row), row.cancelled_at as number);
  return departed;
}

/** Whether a day lies whole terms after the start of a contract, or on the last day of a month too short for it. */
function isRenewalOf({ plan, started_at }: Row, day: number): boolean {
  const [from, to] = [new Date(started_at as number), new Date(day)];
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const lengthOfMonth = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  return (
    day % DAY === 0 &&
    to.getUTCDate() === Math.min(from.getUTCDate(), lengthOfMonth) &&
    months > 0 &&
    months % (String(plan).endsWith('annual') ? 12 : 1) === 0
  );
}
