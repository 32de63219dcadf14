import type { BatchColumn, ColumnBatch, ColumnDefinition } from './warehouse.ts';

/** Rows of plain values as one batch; times in them are microseconds since 1970-01-01 UTC. */
export function rowBatch(
  rows: readonly (readonly (string | number | boolean | null)[])[],
  columns: readonly ColumnDefinition[],
): ColumnBatch {
  const batch = new Map<string, BatchColumn>();
  for (const [index, { name, type }] of columns.entries()) {
    if (type === 'text' || type === 'json') {
      batch.set(name, { kind: 'text', type, values: rows.map((row) => textOf(row[index])) });
      continue;
    }
    const scale = type === 'timestamp' ? 1000 : 1;
    const values = Float64Array.from(rows, (row) => {
      const value = row[index];
      return value === null || value === undefined ? Number.NaN : Number(value) / scale;
    });
    batch.set(name, { kind: 'numeric', type, values });
  }
  return { rowCount: rows.length, columns: batch };
}

function textOf(value: string | number | boolean | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
