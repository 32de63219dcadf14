import type { FamilyName } from '../../models/families/families.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { learnerNamed } from '../../training/learners/learners.ts';

/** What is trained: the same for every engine. */
export interface Architecture {
  readonly rows: number;
  readonly inputs: number;
  readonly intervals: number;
  readonly submodels: number;
  /** Units of the hidden layers, first to last. */
  readonly hidden: readonly number[];
  readonly batchRows: number;
  readonly dropout: number;
}

/** As many inputs as the demo's features become, and rows enough for the batches of a large table. */
const SIZE = { rows: 8_192, inputs: 240, intervals: 3 };

/** The one that takes longest. */
export const BENCHMARKED_FAMILY: FamilyName = 'tabm';

/** Read off the family's own weights, so that the peer is never another network than ours. */
export function benchmarkedArchitecture(): Architecture {
  const { initialise, training } = learnerNamed(BENCHMARKED_FAMILY);
  const weights = initialise(SIZE, new Float64Array(SIZE.intervals), createRandom(1));
  const hidden: number[] = [];
  for (let layer = 0; weights.has(`hidden_${layer}/weight`); layer++)
    hidden.push(weights.get(`hidden_${layer}/weight`)!.shape[1]!);
  return {
    ...SIZE,
    submodels: weights.get('input/scale')!.shape[1]!,
    hidden,
    batchRows: training.batchRows,
    dropout: training.dropout,
  };
}
