import { type AsOfDate, toEpochDay } from '../../features/contract/as-of-date.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import type { RunStatus } from './score-runs.ts';

export type NightStepName = 'import' | 'build' | 'gates' | 'score' | 'publish' | 'alerts';

/** One step of one attempt at a night. */
export interface NightStep {
  readonly runId: string;
  /** The UTC day that the night belongs to. */
  readonly night: AsOfDate;
  readonly step: NightStepName;
  /** `skipped`: there is nothing to do here, and the detail says why. */
  readonly status: RunStatus | 'skipped';
  readonly detail: Readonly<Record<string, unknown>>;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Grain: one row per attempt and step. */
export const nightSteps: TableDefinition = {
  relation: { schema: 'scores', name: 'night_steps' },
  keyColumns: ['run_id', 'step'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'night', type: 'date', nullable: false },
    { name: 'step', type: 'text', nullable: false },
    { name: 'status', type: 'text', nullable: false },
    { name: 'detail', type: 'json', nullable: false },
    { name: 'error', type: 'text', nullable: true },
    { name: 'started_at', type: 'timestamp', nullable: false },
    { name: 'finished_at', type: 'timestamp', nullable: true },
  ],
};

export async function recordNightStep(warehouse: Warehouse, step: NightStep): Promise<void> {
  const batch = columnBatchOfRows(nightSteps.columns, [
    {
      run_id: step.runId,
      night: toEpochDay(step.night),
      step: step.step,
      status: step.status,
      detail: JSON.stringify(step.detail),
      error: step.error,
      started_at: step.startedAt.getTime(),
      finished_at: step.finishedAt?.getTime() ?? null,
    },
  ]);
  await warehouse.write([{ mode: 'merge', table: nightSteps, rows: rowSource(batch) }]);
}
