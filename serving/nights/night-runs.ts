import { type AsOfDate, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, Warehouse } from '../../features/warehouse/warehouse.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import { rowsSaying } from '../scores-mart/rows-saying.ts';
import { BATCH_MODEL_ALIAS, scoreRuns } from '../scores-mart/score-runs.ts';

/** One run of one tenant as it is recorded, with its row to be written again. */
export interface RecordedRun {
  readonly runId: string;
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate | null;
  readonly modelName: string | null;
  readonly modelVersion: string | null;
  readonly isChampions: boolean;
  readonly status: string;
  readonly rowsScored: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Its row of `scores.score_runs` with another status. */
  readonly saying: (status: string) => ColumnBatch;
}

/** All runs, by when they ended; those that have not ended come last. */
export async function readNightRuns(warehouse: Warehouse): Promise<readonly RecordedRun[]> {
  const runs: RecordedRun[] = [];
  if ((await warehouse.describe(scoreRuns.relation)).length === 0) return runs;
  const rows = acrossTenants(warehouse, 'rollback of a night').read({
    relation: scoreRuns.relation,
    columns: scoreRuns.columns.map(({ name }) => name),
  });
  for await (const batch of rows)
    for (let row = 0; row < batch.rowCount; row++) {
      const text = (name: string) => textsOf(batch, name)[row]!;
      const number = (name: string) => numbersOf(batch, name)[row]!;
      runs.push({
        runId: text('run_id'),
        tenantId: tenantIdSchema.parse(text('tenant_id')),
        asOf: Number.isNaN(number('as_of_date')) ? null : fromEpochDay(number('as_of_date')),
        modelName: text('model_name'),
        modelVersion: text('model_version'),
        isChampions: text('model_alias') === BATCH_MODEL_ALIAS,
        status: text('status'),
        rowsScored: number('rows_scored'),
        startedAt: new Date(number('started_at')),
        finishedAt: Number.isNaN(number('finished_at')) ? null : new Date(number('finished_at')),
        saying: (status) => rowsSaying(batch, [row], { status }),
      });
    }
  const ended = ({ finishedAt }: RecordedRun) => finishedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return runs.sort((a, b) => ended(a) - ended(b) || (a.runId < b.runId ? -1 : 1));
}
