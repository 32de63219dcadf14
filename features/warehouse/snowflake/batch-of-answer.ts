import { columnBatchOfRows } from '../column-batch-of-rows.ts';
import type { ColumnBatch, ColumnDefinition } from '../warehouse.ts';
import type { StatementRows } from './snowflake-session.ts';

/** The rows of a selection as one batch. Snowflake answers times in microseconds, the port uses milliseconds. */
export function batchOfAnswer({ rows }: StatementRows, columns: readonly ColumnDefinition[]): ColumnBatch {
  const records = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, index) => {
        const value = row[index] ?? null;
        return [name, type === 'timestamp' && value !== null ? Number(value) / 1000 : value];
      }),
    ),
  );
  return columnBatchOfRows(columns, records);
}
