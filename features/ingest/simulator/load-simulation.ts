import { BadInput } from '../../contract/failure.ts';
import {
  type ColumnBatch,
  relationName,
  type TableDefinition,
  type Warehouse,
} from '../../warehouse/warehouse.ts';
import { ensureRawTables } from '../ensure-raw-tables.ts';
import { importedFiles } from '../raw-tables.ts';
import { columnBatches } from './column-batches.ts';
import type { Simulation } from './simulate-platform.ts';

export interface LoadedSimulation {
  /** True when the warehouse held this very simulation before; nothing was changed then. */
  readonly alreadyLoaded: boolean;
  /** Rows of each raw table, by its name in schema `raw`. */
  readonly rowCounts: ReadonlyMap<string, number>;
}

/**
 * Loads a simulation into an empty raw layer in one atomic write. The same simulation again changes nothing;
 * a raw layer with other rows is refused, because invented rows must never mix with real ones.
 *
 * @param clock gives the time recorded for the load
 */
export async function loadSimulation(
  warehouse: Warehouse,
  simulation: Simulation,
  clock: () => Date,
): Promise<LoadedSimulation> {
  await ensureRawTables(warehouse);
  const recorded = await recordedRowCounts(warehouse, simulation.contentHash);
  if (recorded.size > 0) return { alreadyLoaded: true, rowCounts: recorded };
  await refuseOtherRows(warehouse, simulation);

  const rowCounts = new Map<string, number>();
  await warehouse.write([
    ...simulation.tables.map(({ table, batches }) => ({
      mode: 'append' as const,
      table,
      rows: { batches: counted(table, batches(), rowCounts) },
    })),
    // Changes are applied in order, so every row has been counted when the record of it is read.
    {
      mode: 'append',
      table: importedFiles,
      rows: { batches: record(simulation, rowCounts, clock) },
    },
  ]);
  return { alreadyLoaded: false, rowCounts };
}

async function* counted(
  table: TableDefinition,
  batches: AsyncIterable<ColumnBatch>,
  rowCounts: Map<string, number>,
): AsyncGenerator<ColumnBatch> {
  let rowCount = 0;
  for await (const batch of batches) {
    rowCount += batch.rowCount;
    yield batch;
  }
  rowCounts.set(table.relation.name, rowCount);
}

async function* record(
  simulation: Simulation,
  rowCounts: ReadonlyMap<string, number>,
  clock: () => Date,
): AsyncGenerator<ColumnBatch> {
  const { seed, tenants, months, endDate } = simulation.options;
  yield* columnBatches(
    importedFiles,
    Array.from(rowCounts, ([table, rowCount]) => ({
      table_name: table,
      content_hash: simulation.contentHash,
      file_name: `simulated: seed ${seed}, ${tenants} tenants, ${months} months to ${endDate}`,
      row_count: rowCount,
      imported_at: clock().getTime(),
    })),
  );
}

async function recordedRowCounts(warehouse: Warehouse, contentHash: string): Promise<Map<string, number>> {
  const rowCounts = new Map<string, number>();
  const recorded = warehouse.read({
    relation: importedFiles.relation,
    columns: ['table_name', 'row_count'],
    where: [{ column: 'content_hash', is: '=', value: contentHash }],
  });
  for await (const { rowCount, columns } of recorded)
    for (let row = 0; row < rowCount; row++)
      rowCounts.set(
        String(columns.get('table_name')?.values[row]),
        Number(columns.get('row_count')?.values[row]),
      );
  return rowCounts;
}

async function refuseOtherRows(warehouse: Warehouse, simulation: Simulation): Promise<void> {
  for (const { table } of simulation.tables) {
    const { relation } = table;
    for await (const { rowCount } of warehouse.read({
      relation,
      columns: [table.columns[0]!.name],
      where: [],
      distinct: true,
    }))
      if (rowCount > 0)
        throw new BadInput({
          where: relationName(relation),
          what: 'holds other rows, and simulated ones are not mixed with them',
          remedy: 'name an empty folder in CHURN_HOME',
        });
  }
}
