import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { asOfDateSchema, toEpochDay } from '../../../../features/contract/as-of-date.ts';
import { BadInput } from '../../../../features/contract/failure.ts';
import { RAW_TABLES } from '../../../../features/ingest/raw-tables.ts';
import {
  type Simulation,
  type SimulationOptions,
  simulatePlatform,
} from '../../../../features/ingest/simulator/simulate-platform.ts';

const DAY = 86_400_000;
const SMALL_WORLD: SimulationOptions = {
  seed: 11,
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
    expect(platformAccounts).toHaveLength(SMALL_WORLD.tenants);
    const tenantIds = new Set(platformAccounts.map((row) => row.account_id));
    for (const row of accounts)
      if (row.tenant_id !== 'platform') expect(tenantIds.has(row.tenant_id!)).toBe(true);
    const rows = [...events, ...subscriptions, ...tickets];
    expect(rows.filter((row) => !known.has(accountKey(row)))).toEqual([]);
    for (const row of settings) expect(tenantIds.has(row.tenant_id!)).toBe(true);
    const strangers = events.filter(
      ({ user_id, account_id }) => user_id !== null && !String(user_id).startsWith(`${account_id}-u`),
    );
    expect(strangers).toEqual([]);
  });

  test('one event type is unmapped and counts as `other`', () => {
    expect(events.some((row) => row.event_type === 'assistant_prompted')).toBe(true);
  });
});

describe('time', () => {
  const end = toEpochDay(SMALL_WORLD.endDate) * DAY;

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

  test('tickets open while the customer is there and close in the past', () => {
    const departedAt = departures(subscriptions);
    for (const row of tickets) {
      expect(row.opened_at as number).toBeLessThan(departedAt.get(accountKey(row)) ?? end);
      if (row.closed_at === null) expect(row.csat).toBeNull();
      else expect(row.closed_at as number).toBeLessThan(end);
    }
  });

  test('subscriptions renew in whole terms, hand over without a gap, and only the last one may end', () => {
    const byAccount = groupBy(subscriptions, accountKey);
    for (const rows of byAccount.values())
      for (const [index, row] of rows.entries()) {
        const next = rows[index + 1];
        expect(termsBetween(row), JSON.stringify(row)).toBe(true);
        if (next) expect(row.cancelled_at).toBe(next.started_at);
        else if (row.cancelled_at === null) expect(row.renews_at as number).toBeGreaterThan(knownUntil(row));
        else expect(row.cancelled_at as number).toBeLessThan(end);
      }
  });

  test('the data of a departed tenant end on the day it left, before the subscription ended', () => {
    const departedAt = departures(subscriptions);
    const departed = accounts.filter(
      (row) => departedAt.has(`platform/${row.account_id}`) && row.tenant_id === 'platform',
    );
    expect(departed.map((row) => row.account_id).toSorted()).toEqual(
      settings.map((row) => row.tenant_id).toSorted(),
    );
    for (const row of settings)
      expect((row.data_through as number) * DAY).toBeLessThanOrEqual(
        departedAt.get(`platform/${row.tenant_id}`)!,
      );
  });

  function knownUntil(row: Row): number {
    const feedEnd = settings.find(({ tenant_id }) => tenant_id === row.tenant_id)?.data_through;
    return feedEnd == null ? end : (feedEnd as number) * DAY;
  }
});

describe('variety', () => {
  test('tenants differ in size, in activity per account and in their mix of events', () => {
    const perTenant = groupBy(events, (row) => String(row.tenant_id));
    const sizes = groupBy(accounts, (row) => String(row.tenant_id));
    const rates = Array.from(perTenant, ([tenant, rows]) => rows.length / sizes.get(tenant)!.length);
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

/** When each customer's last subscription ended. */
function departures(rows: readonly Row[]): Map<string, number> {
  const departed = new Map<string, number>();
  for (const [key, history] of groupBy(rows, accountKey)) {
    const cancelledAt = history.at(-1)!.cancelled_at;
    if (cancelledAt !== null) departed.set(key, cancelledAt as number);
  }
  return departed;
}

function termsBetween({ plan, started_at, renews_at }: Row): boolean {
  const [from, to] = [new Date(started_at as number), new Date(renews_at as number)];
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const monthsPerTerm = String(plan).endsWith('annual') ? 12 : 1;
  return from.getUTCDate() === to.getUTCDate() && months > 0 && months % monthsPerTerm === 0;
}
