import { rowSource } from '../../features/warehouse/row-source.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { columnBatchOfScoreRuns } from '../scores-mart/column-batch-of-score-runs.ts';
import { type ScoreRun, scoreRuns } from '../scores-mart/score-runs.ts';
import { countWritten, readRowMakers } from './count-written.ts';

/** A tenant's scores and the run they belong to: they are written together or not at all. */
export interface ScoresToWrite {
  readonly run: ScoreRun;
  readonly batch: ColumnBatch;
}

/** What writing did for one tenant: the counts, or the error that kept the old state. */
export type WriteOutcome = Pick<ScoreRun, 'rowsWritten'> | { readonly error: unknown };

/**
 * Writes the scores and runs of several tenants in one transaction: a reader, also after a crash, sees all of them as
 * they were or all as they are now. When it fails, each tenant gets a transaction of its own, so that one bad tenant
 * does not hold back the others.
 *
 * @returns one outcome per tenant, in order
 */
export async function writeScores(
  warehouse: Warehouse,
  tenants: readonly ScoresToWrite[],
): Promise<readonly WriteOutcome[]> {
  if (tenants.length === 0) return [];
  const runs = tenants.map(({ run }) => run);
  const groups = byDateAndModel(tenants);
  const makers = () => readRowMakers(acrossTenants(warehouse, 'batch scoring'), groups.map(runsOf));
  try {
    const before = await makers();
    await warehouse.write([...groups.map(scoresChange), runsChange(runs)]);
    const after = await makers();
    return runs.map(({ tenantId, runId }) => ({
      rowsWritten: countWritten(before.get(tenantId)!, after.get(tenantId)!, runId),
    }));
  } catch (error) {
    if (tenants.length === 1) return [{ error }];
    const outcomes: WriteOutcome[] = [];
    for (const tenant of tenants) outcomes.push(...(await writeScores(warehouse, [tenant])));
    return outcomes;
  }
}

/** Tenants with the same as-of date and model: one change for all of them costs little more than for one. */
function byDateAndModel(tenants: readonly ScoresToWrite[]): ScoresToWrite[][] {
  const groups = new Map<string, ScoresToWrite[]>();
  for (const tenant of tenants) {
    const key = JSON.stringify([tenant.run.asOf, tenant.run.modelName, tenant.run.modelVersion]);
    const alike = groups.get(key);
    if (alike === undefined) groups.set(key, [tenant]);
    else alike.push(tenant);
  }
  return [...groups.values()];
}

function runsOf(tenants: readonly ScoresToWrite[]): ScoreRun[] {
  return tenants.map(({ run }) => run);
}

/** Writes runs that have no rows to write, or whose rows are written and now counted. */
export async function recordRuns(warehouse: Warehouse, runs: readonly ScoreRun[]): Promise<void> {
  if (runs.length > 0) await warehouse.write([runsChange(runs)]);
}

function scoresChange(tenants: readonly ScoresToWrite[]): TableChange {
  const { asOf, modelName, modelVersion } = tenants[0]!.run;
  return {
    mode: 'replacePartition',
    table: accountChurnScores,
    rows: rowSource(...tenants.map(({ batch }) => batch)),
    partition: [
      { column: 'tenant_id', value: tenants.map(({ run }) => run.tenantId) },
      { column: 'as_of_date', value: asOf! },
      { column: 'model_name', value: modelName! },
      { column: 'model_version', value: modelVersion! },
    ],
    // The same scores again are the same rows: they keep when and by which run they were first made.
    ignoreWhenComparing: ['scored_at', 'run_id'],
  };
}

function runsChange(runs: readonly ScoreRun[]): TableChange {
  return { mode: 'merge', table: scoreRuns, rows: rowSource(columnBatchOfScoreRuns(runs)) };
}
