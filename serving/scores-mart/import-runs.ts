import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { TableChange, TableDefinition } from '../../features/warehouse/warehouse.ts';
import type { RunStatus } from './score-runs.ts';

/** One file of an import as one tenant has rows in it, or as a whole. A row of `scores.import_runs`. */
export interface ImportRun {
  readonly runId: string;
  /** 0 for the first. A mapping takes several files in at once. */
  readonly fileNumber: number;
  /** EVERY_TENANT for the whole file; it alone is there while the import runs, and after one that failed. */
  readonly tenantId: string;
  /** The night that it belongs to; null for `churn import`. */
  readonly nightRunId: string | null;
  /** Such as `platform_events`; null while a mapping is being read. */
  readonly tableName: string | null;
  readonly fileName: string;
  readonly contentHash: string | null;
  readonly status: RunStatus;
  /** Null where the import did not come so far. */
  readonly counts: unknown;
  readonly programVersion: string;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Grain: one row per import, file and tenant. A file that came in before has none: nothing was done. */
export const importRuns: TableDefinition = {
  relation: { schema: 'scores', name: 'import_runs' },
  keyColumns: ['run_id', 'file_number', 'tenant_id'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'file_number', type: 'integer', nullable: false },
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'night_run_id', type: 'text', nullable: true },
    { name: 'table_name', type: 'text', nullable: true },
    { name: 'file_name', type: 'text', nullable: false },
    { name: 'content_hash', type: 'text', nullable: true },
    { name: 'status', type: 'text', nullable: false },
    { name: 'row_counts', type: 'json', nullable: true },
    { name: 'program_version', type: 'text', nullable: false },
    { name: 'error', type: 'text', nullable: true },
    { name: 'started_at', type: 'timestamp', nullable: false },
    { name: 'finished_at', type: 'timestamp', nullable: true },
  ],
};

/** Records runs; those of equal key are replaced. */
export function recordImportRuns(runs: readonly ImportRun[]): TableChange {
  const batch = columnBatchOfRows(
    importRuns.columns,
    runs.map((run) => ({
      run_id: run.runId,
      file_number: run.fileNumber,
      tenant_id: run.tenantId,
      night_run_id: run.nightRunId,
      table_name: run.tableName,
      file_name: run.fileName,
      content_hash: run.contentHash,
      status: run.status,
      row_counts: run.counts === null ? null : JSON.stringify(run.counts),
      program_version: run.programVersion,
      error: run.error,
      started_at: run.startedAt.getTime(),
      finished_at: run.finishedAt?.getTime() ?? null,
    })),
  );
  return { mode: 'merge', table: importRuns, rows: rowSource(batch) };
}
