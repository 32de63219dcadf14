import { isProcessGone } from '../../features/temporary/process-mark.ts';
import { FORGOTTEN_AFTER_MILLISECONDS } from '../../features/temporary/temporary-folder.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import { buildRuns } from './build-runs.ts';
import { importRuns } from './import-runs.ts';
import { nightSteps } from './night-steps.ts';
import { rowsSaying } from './rows-saying.ts';
import { scoreRuns } from './score-runs.ts';
import { trainingRuns } from './training-runs.ts';

/** What is recorded by whoever holds the warehouse, and by trainings, which do not and name their process. */
const RUN_TABLES: readonly TableDefinition[] = [importRuns, buildRuns, scoreRuns, trainingRuns, nightSteps];

/**
 * Records runs that are still `running` as failed. Only whoever holds the embedded warehouse for writing may call this:
 * then no run of another process can be alive, but for trainings, whose process is asked for.
 *
 * @returns how many there were
 */
export async function closeAllKilledRuns(warehouse: Warehouse, now: Date): Promise<number> {
  let closed = 0;
  for (const table of RUN_TABLES) {
    if ((await warehouse.describe(table.relation)).length === 0) continue;
    const batches = await killedRuns(warehouse, table, now);
    if (batches.length === 0) continue;
    closed += batches.reduce((rows, { rowCount }) => rows + rowCount, 0);
    await warehouse.write([{ mode: 'merge', table, rows: rowSource(...batches) }]);
  }
  return closed;
}

async function killedRuns(warehouse: Warehouse, table: TableDefinition, now: Date): Promise<ColumnBatch[]> {
  const batches: ColumnBatch[] = [];
  const running = acrossTenants(warehouse, 'batch scoring').read({
    relation: table.relation,
    columns: table.columns.map(({ name }) => name),
    where: [{ column: 'status', is: '=', value: 'running' }],
  });
  for await (const batch of running) {
    const rows = Array.from({ length: batch.rowCount }, (_, row) => row);
    const killed = rows.filter((row) => isKilled(batch, row, now));
    if (killed.length > 0)
      batches.push(
        rowsSaying(batch, killed, {
          status: 'failed',
          error: 'it was killed before it ended',
          finished_at: now.getTime(),
        }),
      );
  }
  return batches;
}

function isKilled({ columns }: ColumnBatch, row: number, now: Date): boolean {
  const mark = columns.get('process')?.values[row];
  if (typeof mark !== 'string') return true;
  const age = now.getTime() - Number(columns.get('started_at')!.values[row]);
  return isProcessGone(mark) ?? age > FORGOTTEN_AFTER_MILLISECONDS;
}
