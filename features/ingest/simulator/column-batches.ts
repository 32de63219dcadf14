import { columnBatchOfRows } from '../../warehouse/column-batch-of-rows.ts';
import type { ColumnBatch, TableDefinition } from '../../warehouse/warehouse.ts';
import type { RawRow } from './raw-rows.ts';

const ROWS_PER_BATCH = 32_768;

/** Packs rows into columnar batches of a table, in order and without holding more than one batch. */
export async function* columnBatches(
  table: TableDefinition,
  rows: Iterable<RawRow>,
): AsyncGenerator<ColumnBatch> {
  let pending: RawRow[] = [];
  for (const row of rows) {
    pending.push(row);
    if (pending.length < ROWS_PER_BATCH) continue;
    yield columnBatchOfRows(table.columns, pending);
    pending = [];
  }
  if (pending.length > 0) yield columnBatchOfRows(table.columns, pending);
}
