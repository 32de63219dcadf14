import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { ColumnBatch, TableChange, TableDefinition } from '../../features/warehouse/warehouse.ts';
import type { RunStatus } from './score-runs.ts';

/** Stands for all tenants together. */
export const EVERY_TENANT = '*';

/** One build of the marts as one tenant saw it, or as a whole. A row of `scores.build_runs`. */
export interface BuildRun {
  readonly runId: string;
  /** EVERY_TENANT for the whole build; it alone is there while the build runs, and after one that failed. */
  readonly tenantId: string;
  readonly status: RunStatus;
  /** Rows read and made; null where the build did not come so far. */
  readonly counts: unknown;
  /** What it noticed, as in `analytics.build_findings`, without ids of accounts. */
  readonly findings: unknown;
  /** Seconds by model; for the whole build only. */
  readonly timings: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Grain: one row per build and tenant. */
export const buildRuns: TableDefinition = {
  relation: { schema: 'scores', name: 'build_runs' },
  keyColumns: ['run_id', 'tenant_id'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'status', type: 'text', nullable: false },
    { name: 'row_counts', type: 'json', nullable: true },
    { name: 'findings', type: 'json', nullable: true },
    { name: 'timings', type: 'json', nullable: false },
    { name: 'error', type: 'text', nullable: true },
    { name: 'started_at', type: 'timestamp', nullable: false },
    { name: 'finished_at', type: 'timestamp', nullable: true },
  ],
};

/** Records runs; those of equal id and tenant are replaced. */
export function recordBuildRuns(runs: readonly BuildRun[]): TableChange {
  return { mode: 'merge', table: buildRuns, rows: rowSource(batchOf(runs)) };
}

function batchOf(runs: readonly BuildRun[]): ColumnBatch {
  return columnBatchOfRows(
    buildRuns.columns,
    runs.map((run) => ({
      run_id: run.runId,
      tenant_id: run.tenantId,
      status: run.status,
      row_counts: run.counts === null ? null : JSON.stringify(run.counts),
      findings: run.findings === null ? null : JSON.stringify(run.findings),
      timings: JSON.stringify(run.timings),
      error: run.error,
      started_at: run.startedAt.getTime(),
      finished_at: run.finishedAt?.getTime() ?? null,
    })),
  );
}
