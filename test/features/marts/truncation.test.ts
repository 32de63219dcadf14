import { describe, expect, it } from 'vitest';
import { asOfDateSchema } from '../../../features/contract/as-of-date.ts';
import { ARRIVAL_HOURS } from '../../../features/ingest/simulator/nightly-load.ts';
import { type Simulation, simulatePlatform } from '../../../features/ingest/simulator/simulate-platform.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import type {
  BatchColumn,
  ColumnBatch,
  EmbeddedWarehouse,
  TableDefinition,
} from '../../../features/warehouse/warehouse.ts';
import { MADE_UP_TABLES, madeUpWorld } from './made-up-world.ts';
import { openRawLayer, type RawLayer, type Row, rowsOf } from './small-raw-layer.ts';

/*
 * The past never changes: a home that holds only what had arrived by a date gives the same rows for it as one that holds
 * everything, in every column. In the rows are in-place updates, late rows, corrections and declared back-fills.
 */
const DATES = ['2026-04-13', '2026-06-10', '2026-08-03'];
const TENANTS = 50;
const END = '2026-09-21';
const DAY_MS = 86_400_000;

describe('a home that holds only what had arrived by a date gives the same rows for it', () => {
  it('of rows made up for every odd case', { timeout: 120_000 }, async () => {
    const world = madeUpWorld({ seed: 7, tenants: TENANTS, end: END });
    const requests = { as_of_requests: DATES.map((as_of_date) => ({ as_of_date })) };
    const arrivedBy = (date: string): RawLayer => ({
      ...Object.fromEntries(
        MADE_UP_TABLES.map((table) => [
          table,
          world[table].filter((row) => String(row.loaded_at) < `${date}T00:00:00`),
        ]),
      ),
      tenant_settings: world.tenant_settings.map((row) => ({ ...row, data_through: date })),
      backfills: world.backfills,
      ...requests,
    });
    const { labels, waiting } = await compare(DATES, await openRawLayer({ ...world, ...requests }), (date) =>
      openRawLayer(arrivedBy(date)),
    );
    expect(waiting).toBeGreaterThan(0);
    for (const definition of ['contractual', 'inactivity'])
      expect(labels.some((row) => row.churned_30d === true && row.churn_definition === definition)).toBe(
        true,
      );
  });

  it('of a simulated platform, with its updates in place, late and doubled events and outages', {
    timeout: 240_000,
  }, async () => {
    const dates = ['2026-03-16', '2026-04-22', '2026-05-31'];
    const endDate = asOfDateSchema.parse('2026-06-29');
    const simulation = simulatePlatform({
      seed: 2,
      tenants: TENANTS,
      months: 6,
      endDate,
      mistakenCents: true,
    });
    const outages = declaredOutages(await rowsByTable(simulation, 'backfills'));
    expect(outages.size).toBeGreaterThan(0);
    const open = async (date?: string) => {
      const warehouse = await openRawLayer({
        backfills: [],
        as_of_requests: dates.map((as_of_date) => ({ as_of_date })),
      });
      for (const { table, batches } of simulation.tables)
        await warehouse.write([
          {
            mode: 'append',
            table,
            rows: { batches: date === undefined ? batches() : truncated(table, batches(), date, outages) },
          },
        ]);
      return warehouse;
    };
    const { labels } = await compare(dates, await open(), open);
    for (const definition of ['contractual', 'inactivity'])
      expect(labels.some((row) => row.churned_30d === true && row.churn_definition === definition)).toBe(
        true,
      );
  });
});

interface Compared {
  /** Of the home that holds everything. */
  readonly labels: readonly Row[];
  /** Labels that waited for an end that was open. */
  readonly waiting: number;
}

/** Compares every feature at each date, and every label that was known by then. */
async function compare(
  dates: readonly string[],
  wholeHome: EmbeddedWarehouse,
  homeOf: (date: string) => Promise<EmbeddedWarehouse>,
): Promise<Compared> {
  await buildMarts(wholeHome);
  let waiting = 0;
  const labels = await rowsOf(wholeHome, 'analytics', 'account_churn_labels');
  for (const date of dates) {
    const home = await homeOf(date);
    await buildMarts(home);
    const at = [{ column: 'as_of_date', is: '=', value: asOfDateSchema.parse(date) }] as const;
    const then = await rowsOf(home, 'analytics', 'account_features', at);
    expect(then.length).toBeGreaterThan(60);
    expect(await rowsOf(wholeHome, 'analytics', 'account_features', at)).toEqual(then);

    // Labels that were known by then, of all as-of dates that both homes have.
    const keyOf = (row: Row): string => `${row.tenant_id} ${row.account_id} ${row.as_of_date}`;
    const thenLabels = await rowsOf(home, 'analytics', 'account_churn_labels');
    const later = new Set(labels.map(keyOf));
    const both = new Set(thenLabels.map(keyOf).filter((key) => later.has(key)));
    const known = (rows: readonly Row[]) =>
      rows.flatMap((row) =>
        [30, 60, 90].flatMap((days) =>
          both.has(keyOf(row)) && Date.parse(String(row.as_of_date)) + days * DAY_MS <= Date.parse(date)
            ? [[keyOf(row), days, row[`churned_${days}d`]]]
            : [],
        ),
      );
    const [now, before] = [known(labels), known(thenLabels)];
    const isFinal = before.map(([, , churned]) => churned !== null);
    expect(isFinal.filter(Boolean).length).toBeGreaterThan(60);
    expect(now.filter((_, index) => isFinal[index])).toEqual(before.filter((_, index) => isFinal[index]));
    // The others wait for an end that is open, and by now every one of these is decided.
    waiting += isFinal.filter((final) => !final).length;
    expect(now.every(([, , churned]) => churned !== null)).toBe(true);
    await home.close();
  }
  await wholeHome.close();
  return { labels, waiting };
}

/** Loads of events that count from when they happened, as tenant and time. */
function declaredOutages(backfills: readonly Row[]): ReadonlySet<string> {
  return new Set(
    backfills
      .filter((row) => row.table_name === 'platform_events')
      .map((row) => `${row.tenant_id} ${row.loaded_from}`),
  );
}

async function rowsByTable(simulation: Simulation, name: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { table, batches } of simulation.tables)
    if (table.relation.name === name)
      for await (const { rowCount, columns } of batches())
        for (let row = 0; row < rowCount; row++)
          rows.push(Object.fromEntries([...columns].map(([column, { values }]) => [column, values[row]!])));
  return rows;
}

/** The rows that had arrived by a date's midnight, or within the hours that the platform allows after it. */
async function* truncated(
  { relation }: TableDefinition,
  batches: AsyncIterable<ColumnBatch>,
  date: string,
  outages: ReadonlySet<string>,
): AsyncGenerator<ColumnBatch> {
  const midnight = Date.parse(date);
  for await (const { rowCount, columns } of batches) {
    const loadedAt = columns.get('loaded_at')?.values;
    const tenants = columns.get('tenant_id')?.values;
    const hours = tenants === undefined ? 0 : ARRIVAL_HOURS;
    const kept: number[] = [];
    for (let row = 0; row < rowCount; row++) {
      const isDeclared =
        relation.name === 'platform_events' && outages.has(`${tenants![row]} ${loadedAt![row]}`);
      const arrivedAt = isDeclared ? columns.get('event_time')!.values[row] : loadedAt?.[row];
      const limit = isDeclared ? midnight : midnight + hours * 3_600_000;
      if (arrivedAt === undefined || Number(arrivedAt) < limit) kept.push(row);
    }
    yield {
      rowCount: kept.length,
      columns: new Map(
        [...columns].map(([name, column]): [string, BatchColumn] => {
          if (column.kind === 'text')
            return [name, { ...column, values: kept.map((row) => column.values[row]!) }];
          const values = Float64Array.from(kept, (row) =>
            name === 'data_through' ? earliest(column.values[row]!, midnight / DAY_MS) : column.values[row]!,
          );
          return [name, { ...column, values }];
        }),
      ),
    };
  }
}

/** Of two days, the first of which may be unknown. */
function earliest(day: number, other: number): number {
  return Number.isNaN(day) ? other : Math.min(day, other);
}
