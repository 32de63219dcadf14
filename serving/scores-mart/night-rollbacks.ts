import { type AsOfDate, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { TableChange, TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import { numbersOf, textsOf } from './column-values.ts';

/** What `scores.score_runs` says of a run whose scores were taken back. */
export const ROLLED_BACK = 'rolled_back';

/** One run of one tenant whose scores were taken back. */
export interface RolledBackRun {
  readonly rollbackId: string;
  readonly tenantId: TenantId;
  readonly runId: string;
  readonly asOf: AsOfDate;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly rolledBackAt: Date;
  /** Null until services are shown the night before, too. */
  readonly finishedAt: Date | null;
  /** Null while the rollback stands. */
  readonly undone: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

/** Grain: one row per rollback, tenant and run. */
export const nightRollbacks: TableDefinition = {
  relation: { schema: 'scores', name: 'night_rollbacks' },
  keyColumns: ['rollback_id', 'tenant_id', 'run_id'],
  columns: [
    { name: 'rollback_id', type: 'text', nullable: false },
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    { name: 'model_name', type: 'text', nullable: false },
    { name: 'model_version', type: 'text', nullable: false },
    { name: 'reason', type: 'text', nullable: false },
    { name: 'requested_by', type: 'text', nullable: false },
    { name: 'rolled_back_at', type: 'timestamp', nullable: false },
    { name: 'finished_at', type: 'timestamp', nullable: true },
    { name: 'undone_at', type: 'timestamp', nullable: true },
    { name: 'undone_by', type: 'text', nullable: true },
    { name: 'undone_reason', type: 'text', nullable: true },
  ],
};

/** Records runs as rolled back; written again, they are replaced. */
export function recordRolledBackRuns(runs: readonly RolledBackRun[]): TableChange {
  const batch = columnBatchOfRows(
    nightRollbacks.columns,
    runs.map((run) => ({
      rollback_id: run.rollbackId,
      tenant_id: run.tenantId,
      run_id: run.runId,
      as_of_date: toEpochDay(run.asOf),
      model_name: run.modelName,
      model_version: run.modelVersion,
      reason: run.reason,
      requested_by: run.requestedBy,
      rolled_back_at: run.rolledBackAt.getTime(),
      finished_at: run.finishedAt?.getTime() ?? null,
      undone_at: run.undone?.at.getTime() ?? null,
      undone_by: run.undone?.by ?? null,
      undone_reason: run.undone?.reason ?? null,
    })),
  );
  return { mode: 'merge', table: nightRollbacks, rows: rowSource(batch) };
}

/** Every run that was ever rolled back, in the order of the rollbacks. */
export async function readRolledBackRuns(warehouse: Warehouse): Promise<readonly RolledBackRun[]> {
  if ((await warehouse.describe(nightRollbacks.relation)).length === 0) return [];
  const runs: RolledBackRun[] = [];
  const rows = acrossTenants(warehouse, 'rollback of a night').read({
    relation: nightRollbacks.relation,
    columns: nightRollbacks.columns.map(({ name }) => name),
    orderBy: ['rolled_back_at', 'rollback_id', 'tenant_id', 'run_id'],
  });
  for await (const batch of rows)
    for (let row = 0; row < batch.rowCount; row++) {
      const text = (name: string) => textsOf(batch, name)[row]!;
      const time = (name: string) => {
        const milliseconds = numbersOf(batch, name)[row]!;
        return Number.isNaN(milliseconds) ? null : new Date(milliseconds);
      };
      const undoneAt = time('undone_at');
      runs.push({
        rollbackId: text('rollback_id'),
        tenantId: tenantIdSchema.parse(text('tenant_id')),
        runId: text('run_id'),
        asOf: fromEpochDay(numbersOf(batch, 'as_of_date')[row]!),
        modelName: text('model_name'),
        modelVersion: text('model_version'),
        reason: text('reason'),
        requestedBy: text('requested_by'),
        rolledBackAt: time('rolled_back_at')!,
        finishedAt: time('finished_at'),
        undone:
          undoneAt === null ? null : { at: undoneAt, by: text('undone_by'), reason: text('undone_reason') },
      });
    }
  return runs;
}
