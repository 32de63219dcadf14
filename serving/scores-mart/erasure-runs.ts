import type { TenantId } from '../../features/contract/tenant-id.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { columnBatchOfScoreRuns } from './column-batch-of-score-runs.ts';
import { readLatestRevisions } from './latest-revisions.ts';
import { BATCH_MODEL_ALIAS, scoreRuns } from './score-runs.ts';
import { readSucceededRuns, type SucceededRun } from './succeeded-runs.ts';

const PREFIX = 'erasure-';

/** A run that scored nothing: it lists the current scores again without an erased account. */
export function isErasureRun({ runId }: Pick<SucceededRun, 'runId'>): boolean {
  return runId.startsWith(PREFIX);
}

/**
 * Records that a tenant's current list changed by an erasure, as a run of its own, so that services read the tenant anew. Done
 * again, it changes nothing. A tenant without scores needs none.
 */
export async function recordErasureRun(
  warehouse: Warehouse,
  tenantId: TenantId,
  erasureId: string,
  clock: () => Date,
): Promise<void> {
  if ((await warehouse.describe(scoreRuns.relation)).length === 0) return;
  const reader = tenantReader(warehouse, tenantId);
  const runs = await readSucceededRuns(reader);
  const current = runs.at(-1);
  const runId = `${PREFIX}${erasureId}`;
  if (current === undefined || runs.some((run) => run.runId === runId)) return;
  const latest = (await readLatestRevisions(reader, current)).get(tenantId)?.values() ?? [];
  const rows = [...latest].filter(({ isWithdrawn }) => !isWithdrawn).length;
  const now = clock();
  const run = columnBatchOfScoreRuns([
    {
      runId,
      tenantId,
      asOf: current.asOf,
      modelName: current.modelName,
      modelVersion: current.modelVersion,
      modelAlias: BATCH_MODEL_ALIAS,
      featureSetHash: current.featureSetHash,
      status: 'succeeded',
      rowsRead: rows,
      rowsScored: 0,
      rowsWritten: { inserted: 0, revised: 0, unchanged: rows, withdrawn: current.rowsRead - rows },
      gates: [],
      timings: {},
      error: null,
      startedAt: now,
      finishedAt: now,
    },
  ]);
  await warehouse.write([{ mode: 'merge', table: scoreRuns, rows: rowSource(run) }]);
}
