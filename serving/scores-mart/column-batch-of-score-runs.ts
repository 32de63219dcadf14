import { toEpochDay } from '../../features/contract/as-of-date.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import { type ScoreRun, scoreRuns } from './score-runs.ts';

/** Runs as one batch of `scores.score_runs`. */
export function columnBatchOfScoreRuns(runs: readonly ScoreRun[]): ColumnBatch {
  return columnBatchOfRows(
    scoreRuns.columns,
    runs.map((run) => ({
      run_id: run.runId,
      tenant_id: run.tenantId,
      as_of_date: run.asOf === null ? null : toEpochDay(run.asOf),
      model_name: run.modelName,
      model_version: run.modelVersion,
      model_alias: run.modelAlias,
      feature_set_hash: run.featureSetHash,
      status: run.status,
      rows_read: run.rowsRead,
      rows_scored: run.rowsScored,
      rows_inserted: run.rowsWritten?.inserted ?? null,
      rows_updated: run.rowsWritten?.revised ?? null,
      rows_unchanged: run.rowsWritten?.unchanged ?? null,
      rows_deleted: run.rowsWritten?.withdrawn ?? null,
      gate_results: JSON.stringify(run.gates),
      timings: JSON.stringify(run.timings),
      error: run.error,
      started_at: run.startedAt.getTime(),
      finished_at: run.finishedAt === null ? null : run.finishedAt.getTime(),
    })),
  );
}
