import type { Random } from '../stats/seeded-random.ts';
import { shuffledRows } from '../stats/shuffled-rows.ts';
import { type Adam, adam } from './adam.ts';
import type { TensorFlow } from './backend.ts';
import type { Dropout, Family, Weight, Weights } from './families/family.ts';
import { baseHazardLogits, type HazardTargets, hazardLogLoss } from './hazard-targets.ts';

const LEAST_BATCH_ROWS = 32;

/** Encoded inputs (rows × inputs) and what happened to each row. */
export interface EncodedRows {
  readonly inputs: Float32Array;
  readonly targets: HazardTargets;
}

export interface FitRequest {
  readonly tf: typeof TensorFlow;
  readonly family: Family;
  readonly training: EncodedRows;
  /** Judges every epoch: training stops when it no longer gets better, and the best weights are kept. */
  readonly validation: EncodedRows | null;
  readonly random: Random;
  /** Epochs that the learning rate is planned over: the most there may be. */
  readonly plannedEpochs: number;
  /** Stops after so many of them; without validation the only stop. */
  readonly stopAfter?: number;
  /** Asked after every epoch; true ends training early with the best weights so far. */
  readonly outOfTime: () => boolean;
  readonly onEpoch?: (epoch: number, validationLoss: number) => void;
}

export interface FittedWeights {
  readonly weights: Weights;
  /** Epochs that made the kept weights. */
  readonly epochs: number;
  /** Mean negative log-likelihood per validation row; NaN without validation. */
  readonly validationLoss: number;
}

/** Trains a family with Adam and decoupled weight decay on the masked hazard likelihood. Leaves no tensor behind. */
export function fitNetwork(request: FitRequest): FittedWeights {
  const { tf, family, training, validation, random, plannedEpochs, outOfTime, onEpoch } = request;
  const epochs = Math.min(plannedEpochs, request.stopAfter ?? plannedEpochs);
  const patience = Math.max(family.training.patience, Math.ceil(plannedEpochs / 8));
  const intervals = training.targets.intervals;
  const inputs = training.inputs.length / training.targets.rowCount;
  const initial = family.initialise({ inputs, intervals }, baseHazardLogits(training.targets), random);
  const variables = new Map<string, TensorFlow.Variable>();
  for (const [name, { shape, values }] of initial)
    variables.set(
      name,
      tf.tidy(() => tf.variable(tf.tensor(values.slice(), [...shape]))),
    );
  const optimizer = adam(family.training.weightDecay);
  const batchRows = batchRowsFor(family, training.targets.rowCount);
  const step = trainingStep(request, variables, optimizer);

  let best: FittedWeights = { weights: initial, epochs: 0, validationLoss: Number.POSITIVE_INFINITY };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffledRows(training.targets.rowCount, random);
    for (let from = 0; from < order.length; from += batchRows)
      step(
        order.subarray(from, from + batchRows),
        learningRateAt(family, (epoch - 1 + from / order.length) / plannedEpochs),
      );
    if (validation === null) {
      if (epoch === epochs || outOfTime()) {
        best = { weights: readWeights(variables), epochs: epoch, validationLoss: Number.NaN };
        break;
      }
      continue;
    }
    const loss = validationLoss(tf, family, variables, validation);
    onEpoch?.(epoch, loss);
    if (loss < best.validationLoss)
      best = { weights: readWeights(variables), epochs: epoch, validationLoss: loss };
    if (epoch - best.epochs >= patience || outOfTime()) break;
  }
  for (const variable of variables.values()) variable.dispose();
  return best;
}

function trainingStep(
  { tf, family, training, random }: FitRequest,
  variables: ReadonlyMap<string, TensorFlow.Variable>,
  optimizer: Adam,
): (rows: Int32Array, learningRate: number) => void {
  const { dropout: rate } = family.training;
  const { intervals } = training.targets;
  const dropout: Dropout =
    rate === 0
      ? (activations) => activations
      : (activations) => {
          const [rows, units] = activations.shape;
          const mask = new Float32Array(rows * units);
          for (let cell = 0; cell < mask.length; cell++)
            mask[cell] = random.next() < rate ? 0 : 1 / (1 - rate);
          return tf.mul(activations, tf.tensor2d(mask, [rows, units]));
        };
  return (rows, learningRate) =>
    tf.tidy(() => {
      const batch = tf.tensor2d(gather(training.inputs, rows), [
        rows.length,
        training.inputs.length / training.targets.rowCount,
      ]);
      const atRisk = tf.tensor2d(gather(training.targets.atRisk, rows, intervals), [rows.length, intervals]);
      const events = tf.tensor2d(gather(training.targets.events, rows, intervals), [rows.length, intervals]);
      const loss = maskedHazardLoss(tf, atRisk, events);
      const { grads } = tf.variableGrads(
        () => loss(family.tensorLogits(tf, variables, batch, dropout)),
        [...variables.values()],
      );
      optimizer.beginStep(learningRate);
      for (const [name, variable] of variables) {
        const values = variable.dataSync<'float32'>().slice();
        optimizer.update(name, values, grads[variable.name]!.dataSync<'float32'>(), variable.rank > 1);
        variable.assign(tf.tensor(values, variable.shape));
      }
    });

  function gather(source: Float32Array, rows: Int32Array, given?: number): Float32Array {
    const width = given ?? source.length / training.targets.rowCount;
    const gathered = new Float32Array(rows.length * width);
    for (let position = 0; position < rows.length; position++) {
      const from = rows[position]! * width;
      gathered.set(source.subarray(from, from + width), position * width);
    }
    return gathered;
  }
}

/** Small tables get small batches, so that an epoch has some thirty steps to learn in. */
function batchRowsFor({ training }: Family, rowCount: number): number {
  return Math.max(LEAST_BATCH_ROWS, Math.min(training.batchRows, Math.ceil(rowCount / 32)));
}

/** Falls along a half cosine to a twentieth at the end of the plan: late epochs settle instead of wandering. */
function learningRateAt({ training }: Family, progress: number): number {
  return training.learningRate * (0.05 + (0.95 * (1 + Math.cos(Math.PI * progress))) / 2);
}

/** Summed cross-entropy over the intervals at risk, per row; its slope is written down, since it is so simple. */
function maskedHazardLoss(
  tf: typeof TensorFlow,
  atRisk: TensorFlow.Tensor2D,
  events: TensorFlow.Tensor2D,
): (logits: TensorFlow.Tensor2D) => TensorFlow.Scalar {
  const rows = atRisk.shape[0];
  const loss = tf.customGrad((given, save) => {
    const logits = given as TensorFlow.Tensor2D;
    const slope = tf.div(tf.mul(atRisk, tf.sub(tf.sigmoid(logits), events)), rows);
    const crossEntropy = tf.sub(tf.softplus(logits), tf.mul(events, logits));
    (save as TensorFlow.GradSaveFunc)([slope]);
    return {
      value: tf.div(tf.sum(tf.mul(atRisk, crossEntropy)), rows) as TensorFlow.Scalar,
      gradFunc: (upstream: TensorFlow.Tensor, saved: TensorFlow.Tensor[]) => tf.mul(upstream, saved[0]!),
    };
  });
  return (logits) => loss(logits) as TensorFlow.Scalar;
}

function validationLoss(
  tf: typeof TensorFlow,
  family: Family,
  variables: ReadonlyMap<string, TensorFlow.Variable>,
  { inputs, targets }: EncodedRows,
): number {
  return hazardLogLoss(
    targets,
    tensorForward(tf, family, variables, inputs, targets.rowCount, targets.intervals),
  );
}

/** The tensor graph's log-odds (rows × intervals) without dropout, in blocks of rows. */
function tensorForward(
  tf: typeof TensorFlow,
  family: Family,
  variables: ReadonlyMap<string, TensorFlow.Variable>,
  inputs: Float32Array,
  rowCount: number,
  intervals: number,
): Float32Array {
  const width = inputs.length / rowCount;
  const logits = new Float32Array(rowCount * intervals);
  const block = 4096;
  for (let from = 0; from < rowCount; from += block) {
    const to = Math.min(from + block, rowCount);
    tf.tidy(() => {
      const batch = tf.tensor2d(inputs.slice(from * width, to * width), [to - from, width]);
      const output = family.tensorLogits(tf, variables, batch, (activations) => activations);
      logits.set(output.dataSync(), from * intervals);
    });
  }
  return logits;
}

function readWeights(variables: ReadonlyMap<string, TensorFlow.Variable>): Weights {
  return new Map(
    [...variables].map(([name, variable]): [string, Weight] => [
      name,
      { shape: variable.shape, values: Float32Array.from(variable.dataSync()) },
    ]),
  );
}
