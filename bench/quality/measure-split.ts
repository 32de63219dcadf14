import { measure, type Quality } from './measure.ts';
import { keepPredictions, predictionFile, readPredictions } from './prediction-cache.ts';
import type { Predictions } from './predictions.ts';
import { LABEL, type PreparedSplit } from './prepared-split.ts';
import type { QualityRow } from './quality-row.ts';
import { trainOurs } from './train-ours.ts';
import { peersPython, trainPeer } from './train-peer.ts';
import { withDuckDb } from './with-duckdb.ts';

export const BASE_RATE = 'base-rate';

export interface MeasureOptions {
  /** Where peers' predictions are kept. */
  readonly cache: string;
  /** Trains peers again even where their predictions are known. */
  readonly fresh: boolean;
}

/** Trains each model on the one file, measures it on the other, all by the same code. */
export async function* measureSplit(
  split: PreparedSplit,
  models: readonly string[],
  options: MeasureOptions,
): AsyncGenerator<QualityRow> {
  const training = await labelsOf(split.train);
  const test = await labelsOf(split.test);
  for (const model of models) {
    console.error(`${split.set}, seed ${split.seed}: ${model}`);
    const { version, seconds, probabilities } =
      model === BASE_RATE ? baseRate(training, test.length) : await predicted(model, split, options);
    if (probabilities.length !== test.length)
      throw new Error(
        `${model} has ${probabilities.length} predictions for ${test.length} rows of ${split.test}`,
      );
    const quality: Quality = measure(test, Float64Array.from(probabilities));
    yield {
      set: split.set,
      seed: split.seed,
      model,
      version,
      ...quality,
      seconds,
      training_rows: training.length,
      test_rows: test.length,
      churned: total(test),
    };
  }
}

async function predicted(
  model: string,
  split: PreparedSplit,
  { cache, fresh }: MeasureOptions,
): Promise<Predictions> {
  // What is being worked on is always measured as it now is.
  if (model.split(':')[0] === 'ours') return trainOurs(model, split);
  const file = await predictionFile(cache, model, split);
  const known = fresh ? undefined : await readPredictions(file);
  if (known !== undefined) return known;
  const predictions = await trainPeer(await peersPython(), model, split);
  await keepPredictions(file, predictions);
  return predictions;
}

function baseRate(training: Float64Array, rowCount: number): Predictions {
  const rate = total(training) / training.length;
  return { model: BASE_RATE, version: '', seconds: 0, probabilities: Array(rowCount).fill(rate) };
}

function total(labels: Float64Array): number {
  return labels.reduce((sum, label) => sum + label, 0);
}

async function labelsOf(file: string): Promise<Float64Array> {
  return withDuckDb(async (connection) => {
    const read = await connection.runAndReadAll(`select ${LABEL} from read_parquet('${file}')`);
    return Float64Array.from(read.getRows(), ([label]) => Number(label));
  });
}
