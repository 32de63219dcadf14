import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, RowSource, TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { batchOfScoreRuns } from '../scores-mart/batch-of-score-runs.ts';
import { type ScoreRun, scoreRuns } from '../scores-mart/score-runs.ts';
import { countWritten, readRowMakers } from './count-written.ts';

/** A tenant's scores and the run they belong to: they land together or not at all. */
export interface ScoresToLand {
  readonly run: ScoreRun;
  readonly batch: ColumnBatch;
}

/** What landing did for one tenant: the counts, or the error that kept the old state. */
export type Landing = Pick<ScoreRun, 'rowsWritten'> | { readonly error: unknown };

/**
 * Lands the scores and runs of several tenants in one transaction: whoever reads the mart, or finds it after a crash,
 * sees all of them as before or all as they are now. When it fails each tenant gets its own transaction, so that one
 * bad tenant does not take the others along.
 *
 * @returns one landing per tenant, in order
 */
export async function landScores(
  warehouse: Warehouse,
  tenants: readonly ScoresToLand[],
): Promise<readonly Landing[]> {
  if (tenants.length === 0) return [];
  const runs = tenants.map(({ run }) => run);
  const slices = bySlice(tenants);
  const makers = () => readRowMakers(acrossTenants(warehouse, 'batch scoring'), slices.map(runsOf));
  try {
    const before = await makers();
    await warehouse.write([...slices.map(scoresChange), runsChange(runs)]);
    const after = await makers();
    return runs.map(({ tenantId, runId }) => ({
      rowsWritten: countWritten(before.get(tenantId)!, after.get(tenantId)!, runId),
    }));
  } catch (error) {
    if (tenants.length === 1) return [{ error }];
    const landings: Landing[] = [];
    for (const tenant of tenants) landings.push(...(await landScores(warehouse, [tenant])));
    return landings;
  }
}

/** Tenants with the same as-of date and model: one change for all of them costs little more than for one. */
function bySlice(tenants: readonly ScoresToLand[]): ScoresToLand[][] {
  const slices = new Map<string, ScoresToLand[]>();
  for (const tenant of tenants) {
    const key = JSON.stringify([tenant.run.asOf, tenant.run.modelName, tenant.run.modelVersion]);
    const alike = slices.get(key);
    if (alike === undefined) slices.set(key, [tenant]);
    else alike.push(tenant);
  }
  return [...slices.values()];
}

function runsOf(tenants: readonly ScoresToLand[]): ScoreRun[] {
  return tenants.map(({ run }) => run);
}

/** Writes runs that have no rows to land, or whose rows landed and are now counted. */
export async function recordRuns(warehouse: Warehouse, runs: readonly ScoreRun[]): Promise<void> {
  if (runs.length > 0) await warehouse.write([runsChange(runs)]);
}

function scoresChange(tenants: readonly ScoresToLand[]): TableChange {
  const { asOf, modelName, modelVersion } = tenants[0]!.run;
  return {
    mode: 'replacePartition',
    table: accountChurnScores,
    rows: source(tenants.map(({ batch }) => batch)),
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
  return { mode: 'merge', table: scoreRuns, rows: source([batchOfScoreRuns(runs)]) };
}

function source(batches: readonly ColumnBatch[]): RowSource {
  return {
    batches: (async function* () {
      yield* batches;
    })(),
  };
}
