import { type Cell, columnBatchOfRows } from '../../../features/warehouse/column-batch-of-rows.ts';
import type {
  ColumnBatch,
  ColumnDefinition,
  Selection,
  TableDefinition,
  Warehouse,
} from '../../../features/warehouse/warehouse.ts';

const MILLISECONDS_PER_DAY = 86_400_000;

/** Rows (values in the table's column order; dates and times as text) as one batch. */
export async function* rowBatches(
  table: TableDefinition,
  rows: readonly (readonly Cell[])[],
): AsyncGenerator<ColumnBatch> {
  const inUnits = ({ type }: ColumnDefinition, cell: Cell): Cell => {
    if (cell === null) return null;
    if (type === 'date') return Date.parse(`${cell}T00:00:00Z`) / MILLISECONDS_PER_DAY;
    return type === 'timestamp' ? Date.parse(String(cell)) : cell;
  };
  yield columnBatchOfRows(
    table.columns,
    rows.map((row) =>
      Object.fromEntries(
        table.columns.map((column, index) => [column.name, inUnits(column, row[index] ?? null)]),
      ),
    ),
  );
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
