import type { BatchColumn, ColumnBatch, TableDefinition } from '../../warehouse/warehouse.ts';
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
    yield columnBatch(table, pending);
    pending = [];
  }
  if (pending.length > 0) yield columnBatch(table, pending);
}

function columnBatch(table: TableDefinition, rows: readonly RawRow[]): ColumnBatch {
  const columns = new Map<string, BatchColumn>();
  for (const { name, type } of table.columns) {
    if (type === 'text' || type === 'json') {
      columns.set(name, {
        kind: 'text',
        type,
        values: rows.map((row) => (row[name] as string | null | undefined) ?? null),
      });
    } else {
      // Null becomes NaN, the port's missing number.
      const values = Float64Array.from(rows, (row) => (row[name] as number | null) ?? Number.NaN);
      columns.set(name, { kind: 'numeric', type, values });
    }
  }
  return { rowCount: rows.length, columns };
}
