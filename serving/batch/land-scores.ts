import type { ColumnBatch, RowSource, TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { batchOfScoreRuns } from '../scores-mart/batch-of-score-runs.ts';
import { type ScoreRun, scoreRuns } from '../scores-mart/score-runs.ts';

/** A tenant's scores and the run they belong to: they land together or not at all. */
export interface ScoresToLand {
  readonly run: ScoreRun;
  readonly batch: ColumnBatch;
}

/** What landing did for one tenant: the counts, or the error that kept the old state. */
export type Landing = Pick<ScoreRun, 'rowsWritten'> | { readonly error: unknown };

/**
 * Writes the scores and runs of several tenants in one transaction, because a transaction costs more than a small
 * tenant's rows. When it fails each tenant gets its own, so that one bad tenant does not take the others along.
 *
 * @returns one landing per tenant, in order
 */
export async function landScores(warehouse: Warehouse, tenants: readonly ScoresToLand[]): Promise<Landing[]> {
  try {
    const outcomes = await warehouse.write([
      ...tenants.map(scoresChange),
      runsChange(tenants.map(({ run }) => run)),
    ]);
    return tenants.map((_, index) => {
      const { inserted, updated, unchanged, deleted } = outcomes[index]!;
      return { rowsWritten: { inserted, updated, unchanged, deleted } };
    });
  } catch (error) {
    if (tenants.length === 1) return [{ error }];
    const landings: Landing[] = [];
    for (const tenant of tenants) landings.push(...(await landScores(warehouse, [tenant])));
    return landings;
  }
}

/** Writes runs that have no rows to land, or whose rows landed and are now counted. */
export async function recordRuns(warehouse: Warehouse, runs: readonly ScoreRun[]): Promise<void> {
  if (runs.length > 0) await warehouse.write([runsChange(runs)]);
}

function scoresChange({ run, batch }: ScoresToLand): TableChange {
  return {
    mode: 'replaceSlice',
    table: accountChurnScores,
    rows: only(batch),
    slice: [
      { column: 'tenant_id', value: run.tenantId },
      { column: 'as_of_date', value: run.asOf! },
      { column: 'model_name', value: run.modelName! },
      { column: 'model_version', value: run.modelVersion! },
    ],
    // The same scores again are the same rows: they keep when and by which run they were first made.
    ignoreWhenComparing: ['scored_at', 'run_id'],
  };
}

function runsChange(runs: readonly ScoreRun[]): TableChange {
  return { mode: 'merge', table: scoreRuns, rows: only(batchOfScoreRuns(runs)) };
}

/** A source that can be read again when the write is repeated. */
function only(batch: ColumnBatch): RowSource {
  return {
    batches: {
      async *[Symbol.asyncIterator]() {
        yield batch;
      },
    },
  };
}
