import type { ColumnBatch, RowSource } from './warehouse.ts';

/** Batches that are in memory already, as rows of one change. */
export function rowSource(...batches: readonly ColumnBatch[]): RowSource {
  return {
    batches: (async function* () {
      yield* batches;
    })(),
  };
}
