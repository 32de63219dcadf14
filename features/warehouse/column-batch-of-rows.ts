import type { BatchColumn, ColumnBatch, ColumnDefinition } from './warehouse.ts';

/** One value in the port's units: dates in days, timestamps in milliseconds since 1970-01-01 UTC. */
export type Cell = string | number | boolean | null;

/** Rows as one batch of the given columns. A row that lacks a column has null there. */
export function columnBatchOfRows(
  columns: readonly ColumnDefinition[],
  rows: readonly Readonly<Record<string, Cell>>[],
): ColumnBatch {
  const batch = new Map<string, BatchColumn>();
  for (const { name, type } of columns) {
    if (type === 'text' || type === 'json')
      batch.set(name, { kind: 'text', type, values: rows.map((row) => textOf(row[name])) });
    else
      batch.set(name, {
        kind: 'numeric',
        type,
        values: Float64Array.from(rows, (row) => numberOf(row[name])),
      });
  }
  return { rowCount: rows.length, columns: batch };
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function numberOf(cell: Cell | undefined): number {
  return cell === null || cell === undefined ? Number.NaN : Number(cell);
}
