import { type AsOfDate, toEpochDay } from '../../features/contract/as-of-date.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { TableChange, TableDefinition } from '../../features/warehouse/warehouse.ts';

/** What drifts under this name are the scores themselves and no feature. */
export const SCORES_SUBJECT = 'churn_probability_90d';

/** One figure of one run of `churn monitor`. */
export interface MonitoringFigure {
  /** EVERY_TENANT for all tenants of the model together. */
  readonly tenantId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  /** What kind of evidence it is. */
  readonly part: 'drift' | 'realised' | 'expected' | 'reliability' | 'recommendation';
  readonly metric: string;
  /** A feature or a month of as-of dates; empty for all. */
  readonly subject: string;
  /** 0 where it does not depend on one. */
  readonly horizonDays: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Beyond which it is flagged; null for one that is not judged. */
  readonly limit: number | null;
  readonly isFlagged: boolean;
  readonly rows: number;
}

/** Grain: one row per run, tenant, model and figure. No account is named. */
export const monitoringFigures: TableDefinition = {
  relation: { schema: 'scores', name: 'monitoring' },
  keyColumns: ['run_id', 'tenant_id', 'model_name', 'part', 'metric', 'subject', 'horizon_days'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'model_name', type: 'text', nullable: false },
    { name: 'model_version', type: 'text', nullable: false },
    { name: 'part', type: 'text', nullable: false },
    { name: 'metric', type: 'text', nullable: false },
    { name: 'subject', type: 'text', nullable: false },
    { name: 'horizon_days', type: 'integer', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    { name: 'metric_value', type: 'number', nullable: true },
    { name: 'low', type: 'number', nullable: true },
    { name: 'high', type: 'number', nullable: true },
    { name: 'flag_limit', type: 'number', nullable: true },
    { name: 'is_flagged', type: 'boolean', nullable: false },
    { name: 'observed_rows', type: 'integer', nullable: false },
    { name: 'measured_at', type: 'timestamp', nullable: false },
  ],
};

/** Records the figures of a run; those of an equal key are replaced. */
export function recordMonitoring(
  run: { readonly runId: string; readonly asOf: AsOfDate; readonly measuredAt: Date },
  figures: readonly MonitoringFigure[],
): TableChange {
  const batch = columnBatchOfRows(
    monitoringFigures.columns,
    figures.map((figure) => ({
      run_id: run.runId,
      tenant_id: figure.tenantId,
      model_name: figure.modelName,
      model_version: figure.modelVersion,
      part: figure.part,
      metric: figure.metric,
      subject: figure.subject,
      horizon_days: figure.horizonDays,
      as_of_date: toEpochDay(run.asOf),
      metric_value: figure.value,
      low: figure.low,
      high: figure.high,
      flag_limit: figure.limit,
      is_flagged: figure.isFlagged,
      observed_rows: figure.rows,
      measured_at: run.measuredAt.getTime(),
    })),
  );
  return { mode: 'merge', table: monitoringFigures, rows: rowSource(batch) };
}
