import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { toEpochDay } from '../../features/contract/as-of-date.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { asOfRequests } from '../../features/ingest/raw-tables.ts';
import { type BuiltMart, buildMarts } from '../../features/marts/build-marts.ts';
import type { ColumnBatch, EmbeddedWarehouse } from '../../features/warehouse/warehouse.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';

/**
 * Builds the marts, at the given days too. The raw and score tables are made first where they are absent: the
 * transformations read them all, empty or not.
 */
export async function buildFeatures(
  warehouse: EmbeddedWarehouse,
  asOfDates: readonly AsOfDate[],
  onBuilt: (mart: BuiltMart) => void,
): Promise<BuiltMart[]> {
  await ensureRawTables(warehouse);
  await ensureScoresMart(warehouse);
  if (asOfDates.length > 0) {
    await warehouse.write([{ mode: 'merge', table: asOfRequests, rows: { batches: requested(asOfDates) } }]);
  }
  return buildMarts(warehouse, { onBuilt });
}

async function* requested(asOfDates: readonly AsOfDate[]): AsyncGenerator<ColumnBatch> {
  const days = [...new Set(asOfDates)].map(toEpochDay);
  yield {
    rowCount: days.length,
    columns: new Map([['as_of_date', { kind: 'numeric', type: 'date', values: Float64Array.from(days) }]]),
  };
}
