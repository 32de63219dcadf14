import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { TableChange, TableDefinition } from '../../features/warehouse/warehouse.ts';
import type { RunStatus } from './score-runs.ts';

/** One training on the marts. A row of `scores.training_runs`. */
export interface TrainingRun {
  readonly runId: string;
  /** The tenant whose model it is, `platform` for the operator's, EVERY_TENANT for a model of all tenants. */
  readonly tenantId: string;
  /** As `--scope` takes it. */
  readonly scope: string;
  readonly modelName: string;
  /** Null until a version is registered. */
  readonly modelVersion: string | null;
  readonly family: string;
  readonly seed: number;
  readonly snapshotId: string;
  readonly snapshotHash: string;
  readonly featureSetHash: string;
  readonly status: RunStatus;
  /** Null where the training did not come so far. */
  readonly counts: unknown;
  readonly programVersion: string;
  readonly gitCommit: string | null;
  /** The process at work, as processMark() names it: training does not hold the warehouse. */
  readonly process: string;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Grain: one row per training. Training on a table of one's own opens no warehouse, and its card is its record. */
export const trainingRuns: TableDefinition = {
  relation: { schema: 'scores', name: 'training_runs' },
  keyColumns: ['run_id'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'scope', type: 'text', nullable: false },
    { name: 'model_name', type: 'text', nullable: false },
    { name: 'model_version', type: 'text', nullable: true },
    { name: 'family', type: 'text', nullable: false },
    { name: 'seed', type: 'integer', nullable: false },
    { name: 'snapshot_id', type: 'text', nullable: false },
    { name: 'snapshot_hash', type: 'text', nullable: false },
    { name: 'feature_set_hash', type: 'text', nullable: false },
    { name: 'status', type: 'text', nullable: false },
    { name: 'row_counts', type: 'json', nullable: true },
    { name: 'program_version', type: 'text', nullable: false },
    { name: 'git_commit', type: 'text', nullable: true },
    { name: 'process', type: 'text', nullable: false },
    { name: 'error', type: 'text', nullable: true },
    { name: 'started_at', type: 'timestamp', nullable: false },
    { name: 'finished_at', type: 'timestamp', nullable: true },
  ],
};

/** Records a run; one of equal id is replaced. */
export function recordTrainingRun(run: TrainingRun): TableChange {
  const batch = columnBatchOfRows(trainingRuns.columns, [
    {
      run_id: run.runId,
      tenant_id: run.tenantId,
      scope: run.scope,
      model_name: run.modelName,
      model_version: run.modelVersion,
      family: run.family,
      seed: run.seed,
      snapshot_id: run.snapshotId,
      snapshot_hash: run.snapshotHash,
      feature_set_hash: run.featureSetHash,
      status: run.status,
      row_counts: run.counts === null ? null : JSON.stringify(run.counts),
      program_version: run.programVersion,
      git_commit: run.gitCommit,
      process: run.process,
      error: run.error,
      started_at: run.startedAt.getTime(),
      finished_at: run.finishedAt?.getTime() ?? null,
    },
  ]);
  return { mode: 'merge', table: trainingRuns, rows: rowSource(batch) };
}
