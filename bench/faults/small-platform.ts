import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AsOfDate, addDays, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { rowsOfBatches, type SmallRow } from '../../features/warehouse/rows-of-batches.ts';
import type { TableDefinition } from '../../features/warehouse/warehouse.ts';

/** Some of them have left before the first night; twenty have not. */
const TENANTS = 31;
const ACCOUNTS_OF_A_TENANT = 15;
const MONTHS = 22;
const END = '2026-06-29' as AsOfDate;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What loads within so many hours after a midnight belongs to the day before. */
const ARRIVAL = 3 * HOUR;
/** Tenants with somebody at work soon after midnight: more than a night's faults silence. */
const AWAKE_AFTER_MIDNIGHT = 5;

/** Tables that nights bring rows of, and their folders in a landing folder. */
const LANDED = {
  accounts: 'accounts',
  subscriptions: 'subscriptions',
  support_tickets: 'support-tickets',
  platform_events: 'events',
} as const;

type LandedName = keyof typeof LANDED;

/** What one night brings of one tenant. */
export type Delivery = Readonly<Record<LandedName, readonly SmallRow[]>>;

export interface SmallPlatform {
  /** Tenants that are still with the platform when the nights begin. */
  readonly tenantIds: readonly string[];
  /** Days that arrive one a night, in order. */
  readonly nights: readonly AsOfDate[];
  readonly deliveries: ReadonlyMap<AsOfDate, ReadonlyMap<string, Delivery>>;
  /** `tenant account` of every account there ever is. */
  readonly accounts: ReadonlySet<string>;
  /** Rows of before the first night, and what configures the platform. */
  readonly before: readonly { readonly table: TableDefinition; readonly rows: readonly SmallRow[] }[];
}

/** Tenants of the simulated platform, fifteen accounts each at most, whose last days arrive night by night. */
export async function smallPlatform(nightCount: number): Promise<SmallPlatform> {
  const first = addDays(END, -nightCount);
  const seen = new Map<string, Set<string>>();
  const deliveries = new Map<AsOfDate, Map<string, Delivery>>();
  const before: { table: TableDefinition; rows: SmallRow[] }[] = [];
  const { tables } = simulatePlatform({ seed: 1, tenants: TENANTS, months: MONTHS, endDate: END });
  for (const { table, batches } of tables) {
    const name = table.relation.name;
    const rows = (await rowsOfBatches(batches())).filter((row) => isChosen(seen, row));
    const early: SmallRow[] = [];
    for (const row of rows) {
      const night = nightOf(row, name);
      if (night === null || night <= first) early.push(row);
      else deliver(deliveries, night, name as LandedName, row);
    }
    before.push({ table, rows: early });
  }
  const nights = Array.from({ length: nightCount }, (_, night) => addDays(first, night + 1));
  closeDays(deliveries, nights);
  const last = lastEvents(before, deliveries);
  const firstNight = toEpochDay(first) * DAY;
  return {
    // Those that left the platform long ago have nothing to score.
    tenantIds: [...seen.keys()].filter((id) => (last.get(id) ?? 0) > firstNight).sort(),
    nights,
    deliveries,
    accounts: new Set([...seen].flatMap(([tenant, ids]) => [...ids].map((id) => `${tenant} ${id}`))),
    before,
  };
}

/** Loads what there was before the first night. */
export async function loadBefore({ before }: SmallPlatform, home: string): Promise<void> {
  const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb') });
  try {
    await ensureRawTables(warehouse);
    await warehouse.write(
      before.map(({ table, rows }) => ({
        mode: 'append',
        table,
        rows: rowSource(columnBatchOfRows(table.columns, rows)),
      })),
    );
  } finally {
    await warehouse.close();
  }
}

/** Writes a delivery as CSV files of the landing folder; where a tenant is given, as files of that tenant alone. */
export function land(landing: string, name: string, delivery: Delivery, tenant: string | null): void {
  for (const [table, folder] of Object.entries(LANDED)) {
    const rows = delivery[table as LandedName];
    if (rows.length === 0) continue;
    const file = join(landing, folder, ...(tenant === null ? [] : [`tenant=${tenant}`]), `${name}.csv`);
    mkdirSync(dirname(file), { recursive: true });
    // The folder says whose rows these are, so the file does not.
    writeFileSync(file, csv(rows, tenant === null ? [] : ['tenant_id']));
  }
}

export function joined(deliveries: readonly Delivery[]): Delivery {
  const rowsOf = (name: LandedName) => deliveries.flatMap((delivery) => delivery[name]);
  return {
    accounts: rowsOf('accounts'),
    subscriptions: rowsOf('subscriptions'),
    support_tickets: rowsOf('support_tickets'),
    platform_events: rowsOf('platform_events'),
  };
}

/** The first accounts of each tenant, and what belongs to no account. */
function isChosen(seen: Map<string, Set<string>>, { tenant_id, account_id }: SmallRow): boolean {
  if (typeof tenant_id !== 'string' || typeof account_id !== 'string') return true;
  if (tenant_id === 'platform') return true;
  const ids = seen.get(tenant_id) ?? new Set();
  seen.set(tenant_id, ids);
  if (ids.size < ACCOUNTS_OF_A_TENANT) ids.add(account_id);
  return ids.has(account_id);
}

/** The night that a row arrives in; null for configuration, which is there from the start. */
function nightOf(row: SmallRow, table: string): AsOfDate | null {
  if (!(table in LANDED) || typeof row.loaded_at !== 'number') return null;
  return fromEpochDay(Math.ceil((row.loaded_at - ARRIVAL + 1) / DAY));
}

function deliver(
  deliveries: Map<AsOfDate, Map<string, Delivery>>,
  night: AsOfDate,
  table: LandedName,
  row: SmallRow,
): void {
  const ofNight = deliveries.get(night) ?? new Map<string, Delivery>();
  deliveries.set(night, ofNight);
  const tenant = String(row.tenant_id);
  const ofTenant = ofNight.get(tenant) ?? joined([]);
  ofNight.set(tenant, ofTenant);
  (ofTenant[table] as SmallRow[]).push(row);
}

function csv(rows: readonly SmallRow[], without: readonly string[]): string {
  const columns = Object.keys(rows[0]!).filter((column) => !without.includes(column));
  return [columns, ...rows.map((row) => columns.map((column) => field(column, row[column] ?? null)))]
    .map((fields) => fields.join(','))
    .join('\n')
    .concat('\n');
}

function field(column: string, value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number')
    return /_(at|time|from)$/.test(column) ? new Date(value).toISOString() : String(value);
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * Somebody is at work soon after every midnight, so that each night's load closes the day before it; of several tenants,
 * because a night in which the only one is silent could not know that the day is over.
 */
function closeDays(deliveries: Map<AsOfDate, Map<string, Delivery>>, nights: readonly AsOfDate[]): void {
  const awake = mostEvents(deliveries).slice(0, AWAKE_AFTER_MIDNIGHT);
  for (const night of nights) {
    const midnight = toEpochDay(night) * DAY;
    for (const event of awake)
      deliver(deliveries, night, 'platform_events', {
        ...event,
        event_id: `after-midnight-${night}`,
        event_time: midnight + HOUR / 2,
        loaded_at: midnight + HOUR,
      });
  }
}

/** An event of each tenant, that of the tenant with the most first. */
function mostEvents(deliveries: ReadonlyMap<AsOfDate, ReadonlyMap<string, Delivery>>): SmallRow[] {
  const events = [...deliveries.values()].flatMap((ofNight) =>
    [...ofNight.values()].flatMap(({ platform_events }) => platform_events),
  );
  const counts = new Map<string, { event: SmallRow; count: number }>();
  for (const event of events) {
    const known = counts.get(String(event.tenant_id));
    counts.set(String(event.tenant_id), { event, count: (known?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((left, right) => right.count - left.count).map(({ event }) => event);
}

function lastEvents(
  before: SmallPlatform['before'],
  deliveries: ReadonlyMap<AsOfDate, ReadonlyMap<string, Delivery>>,
): ReadonlyMap<string, number> {
  const early = before.find(({ table }) => table.relation.name === 'platform_events')!.rows;
  const late = [...deliveries.values()].flatMap((ofNight) =>
    [...ofNight.values()].flatMap(({ platform_events }) => platform_events),
  );
  const last = new Map<string, number>();
  for (const { tenant_id, event_time } of [...early, ...late])
    last.set(String(tenant_id), Math.max(last.get(String(tenant_id)) ?? 0, Number(event_time)));
  return last;
}
