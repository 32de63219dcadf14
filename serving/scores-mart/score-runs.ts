import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { TableDefinition } from '../../features/warehouse/warehouse.ts';

/**
 * `running` that stays so is a run that was killed; `refused` is data or a model unfit to act on, `failed` is a
 * defect or a platform failure. Scores exist for `succeeded` runs and for no others.
 */
export const RUN_STATUSES = ['running', 'succeeded', 'failed', 'refused'] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** The registry alias that the nightly batch follows. */
export const BATCH_MODEL_ALIAS = 'champion';

/** What one quality gate looked at and said. */
export interface GateResult {
  readonly gate: string;
  readonly passed: boolean;
  /** Beyond the limit of a warning; the scores are published all the same. */
  readonly isWarning?: boolean;
  /** The column that is worst, where it looks at columns. */
  readonly column?: string;
  /** A clause with the measured value and the limit. */
  readonly detail: string;
}

/** What a run added to a tenant's rows in the mart, in accounts. */
export interface RowsWritten {
  /** With their first score for the date and model. */
  readonly inserted: number;
  /** With a further revision, since their score came out otherwise. */
  readonly revised: number;
  readonly unchanged: number;
  /** With a revision that withdraws the score, since they are not eligible any more. */
  readonly withdrawn: number;
}

/** One scoring run of one tenant, as a row of `scores.score_runs`. */
export interface ScoreRun {
  readonly runId: string;
  readonly tenantId: TenantId;
  /** Null for a tenant that has no as-of date at all. */
  readonly asOf: AsOfDate | null;
  readonly modelName: string | null;
  readonly modelVersion: string | null;
  readonly modelAlias: string | null;
  readonly featureSetHash: string;
  readonly status: RunStatus;
  readonly rowsRead: number;
  readonly rowsScored: number;
  /** Null where nothing was written, and in a run killed after its rows landed but before they were counted. */
  readonly rowsWritten: RowsWritten | null;
  readonly gates: readonly GateResult[];
  /** Seconds by step. */
  readonly timings: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Grain: one row per run and tenant. */
export const scoreRuns: TableDefinition = {
  relation: { schema: 'scores', name: 'score_runs' },
  keyColumns: ['run_id', 'tenant_id'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: true },
    { name: 'model_name', type: 'text', nullable: true },
    { name: 'model_version', type: 'text', nullable: true },
    { name: 'model_alias', type: 'text', nullable: true },
    { name: 'feature_set_hash', type: 'text', nullable: false },
    { name: 'status', type: 'text', nullable: false },
    { name: 'rows_read', type: 'integer', nullable: false },
    { name: 'rows_scored', type: 'integer', nullable: false },
    { name: 'rows_inserted', type: 'integer', nullable: true },
    { name: 'rows_updated', type: 'integer', nullable: true },
    { name: 'rows_unchanged', type: 'integer', nullable: true },
    { name: 'rows_deleted', type: 'integer', nullable: true },
    { name: 'gate_results', type: 'json', nullable: false },
    { name: 'timings', type: 'json', nullable: false },
    { name: 'error', type: 'text', nullable: true },
    { name: 'started_at', type: 'timestamp', nullable: false },
    { name: 'finished_at', type: 'timestamp', nullable: true },
  ],
};
