import { type AsOfDate, addDays, toEpochDay } from '../../features/contract/as-of-date.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { RAW_TABLES } from '../../features/ingest/raw-tables.ts';
import { columnBatches } from '../../features/ingest/simulator/column-batches.ts';
import type { RawRow } from '../../features/ingest/simulator/raw-rows.ts';
import { simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';
import { rowsOfBatches } from '../../features/warehouse/rows-of-batches.ts';
import type { EmbeddedWarehouse, TableChange } from '../../features/warehouse/warehouse.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Rows of a platform by raw table, in the order of their loading. */
export type Feed = ReadonlyMap<string, readonly RawRow[]>;

export interface FeedOptions {
  readonly seed: number;
  readonly tenants: number;
  readonly months: number;
  /** The last night's as-of date. */
  readonly endDate: AsOfDate;
}

/** Everything that a simulated platform sends, held in memory. */
export async function simulatedFeed(options: FeedOptions): Promise<Feed> {
  const feed = new Map<string, RawRow[]>();
  for (const { table, batches } of simulatePlatform(options).tables) {
    const rows: RawRow[] = await rowsOfBatches(batches());
    const loadedAt = (row: RawRow) => Number(row.loaded_at ?? 0);
    feed.set(
      table.relation.name,
      rows.sort((a, b) => loadedAt(a) - loadedAt(b)),
    );
  }
  return feed;
}

/** What is loaded up to three hours after a midnight, since that of another; null for the beginning. */
export function rowsOfNight(feed: Feed, asOf: AsOfDate, since: AsOfDate | null): Feed {
  const to = toEpochDay(asOf) * DAY + 3 * HOUR;
  const from = since === null ? Number.NEGATIVE_INFINITY : toEpochDay(since) * DAY + 3 * HOUR;
  return new Map(
    [...feed].map(([table, rows]) => [
      table,
      rows.flatMap((row) => {
        // A tenant that leaves is told of when it has left.
        if (table === 'tenant_settings')
          return [
            Number(row.data_through ?? Number.POSITIVE_INFINITY) <= toEpochDay(asOf)
              ? row
              : { ...row, data_through: null },
          ];
        if (row.loaded_at === undefined) return since === null ? [row] : [];
        return Number(row.loaded_at) >= from && Number(row.loaded_at) < to ? [row] : [];
      }),
    ]),
  );
}

export async function landRows(warehouse: EmbeddedWarehouse, feed: Feed): Promise<void> {
  await ensureRawTables(warehouse);
  await ensureScoresMart(warehouse);
  const changes: TableChange[] = [];
  for (const table of RAW_TABLES) {
    const rows = feed.get(table.relation.name) ?? [];
    if (rows.length > 0)
      changes.push({
        mode: table.keyColumns.length > 0 ? 'merge' : 'append',
        table,
        rows: { batches: columnBatches(table, rows) },
      });
  }
  await warehouse.write(changes);
}

export function nightsUpTo(endDate: AsOfDate, count: number): AsOfDate[] {
  return Array.from({ length: count }, (_, index) => addDays(endDate, index - count + 1));
}
