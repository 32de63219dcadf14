import { rowSource } from '../../features/warehouse/row-source.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';

/**
 * Records runs that are still `running` as failed. Only whoever holds the warehouse for writing may call this: then
 * no run of another process can be alive.
 *
 * @returns how many there were
 */
export async function closeKilledRuns(
  warehouse: Warehouse,
  table: TableDefinition,
  now: Date,
): Promise<number> {
  const batches: ColumnBatch[] = [];
  const running = acrossTenants(warehouse, 'batch scoring').read({
    relation: table.relation,
    columns: table.columns.map(({ name }) => name),
    where: [{ column: 'status', is: '=', value: 'running' }],
  });
  for await (const batch of running) batches.push(closed(batch, now));
  const rowCount = batches.reduce((rows, batch) => rows + batch.rowCount, 0);
  if (rowCount === 0) return 0;
  await warehouse.write([{ mode: 'merge', table, rows: rowSource(...batches) }]);
  return rowCount;
}

function closed(batch: ColumnBatch, now: Date): ColumnBatch {
  const text = (value: string) => ({
    kind: 'text' as const,
    type: 'text' as const,
    values: new Array<string>(batch.rowCount).fill(value),
  });
  const finished = new Float64Array(batch.rowCount).fill(now.getTime());
  return {
    rowCount: batch.rowCount,
    columns: new Map([
      ...batch.columns,
      ['status', text('failed')],
      ['error', text('it was killed before it ended')],
      ['finished_at', { kind: 'numeric', type: 'timestamp', values: finished }],
    ]),
  };
}
