import type { BatchColumn, ColumnBatch } from '../../features/warehouse/warehouse.ts';

/** Some rows of a batch, with other values in the given columns: what the mart holds, said otherwise. */
export function rowsSaying(
  batch: ColumnBatch,
  rows: readonly number[],
  said: Readonly<Record<string, number | string>>,
): ColumnBatch {
  const columns = new Map<string, BatchColumn>();
  for (const [name, column] of batch.columns)
    columns.set(
      name,
      column.kind === 'text'
        ? { ...column, values: rows.map((row) => (said[name] as string | undefined) ?? column.values[row]!) }
        : {
            ...column,
            values: Float64Array.from(
              rows,
              (row) => (said[name] as number | undefined) ?? column.values[row]!,
            ),
          },
    );
  return { rowCount: rows.length, columns };
}
