import type { BatchColumn, ColumnBatch, TableDefinition } from '../../features/warehouse/warehouse.ts';

/** A value of a row as the port carries it: dates in days, timestamps in milliseconds since 1970-01-01 UTC. */
export type Cell = string | number | null;

/** Turns the few rows that are handled as rows (runs, not scores) into one batch of a table. */
export function batchOfRows(
  table: TableDefinition,
  rows: readonly Readonly<Record<string, Cell>>[],
): ColumnBatch {
  const columns = new Map<string, BatchColumn>();
  for (const { name, type } of table.columns) {
    const cells = rows.map((row) => row[name] ?? null);
    columns.set(
      name,
      type === 'text' || type === 'json'
        ? { kind: 'text', type, values: cells.map((cell) => (cell === null ? null : String(cell))) }
        : {
            kind: 'numeric',
            type,
            values: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
          },
    );
  }
  return { rowCount: rows.length, columns };
}
