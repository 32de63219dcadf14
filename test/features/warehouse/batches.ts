import type {
  BatchColumn,
  ColumnBatch,
  Selection,
  TableDefinition,
  Warehouse,
} from '../../../features/warehouse/warehouse.ts';

export type Cell = string | number | boolean | null;

const MILLISECONDS_PER_DAY = 86_400_000;

/** Rows (values in the table's column order; dates and times as text) as one batch. */
export async function* rowBatches(
  table: TableDefinition,
  rows: readonly (readonly Cell[])[],
): AsyncGenerator<ColumnBatch> {
  const columns = new Map<string, BatchColumn>();
  for (const [index, { name, type }] of table.columns.entries()) {
    const cells = rows.map((row) => row[index] ?? null);
    if (type === 'text' || type === 'json')
      columns.set(name, { kind: 'text', type, values: cells as (string | null)[] });
    else {
      const values = Float64Array.from(cells, (cell) => {
        if (cell === null) return Number.NaN;
        if (type === 'date') return Date.parse(`${cell}T00:00:00Z`) / MILLISECONDS_PER_DAY;
        return type === 'timestamp' ? Date.parse(String(cell)) : Number(cell);
      });
      columns.set(name, { kind: 'numeric', type, values });
    }
  }
  yield { rowCount: rows.length, columns };
}

/** Every row of a selection, numbers as they arrive, NaN as null. */
export async function readRows(
  warehouse: Pick<Warehouse, 'read'>,
  selection: Selection,
): Promise<readonly (readonly Cell[])[]> {
  const rows: Cell[][] = [];
  for await (const batch of warehouse.read(selection))
    for (let row = 0; row < batch.rowCount; row++)
      rows.push(
        selection.columns.map((name) => {
          const value = batch.columns.get(name)!.values[row]!;
          return Number.isNaN(value) ? null : value;
        }),
      );
  return rows;
}
