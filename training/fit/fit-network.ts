import type { Weight, Weights } from '../../models/families/family.ts';
import { meanHazardLogits } from '../../models/families/mean-hazard.ts';
import type { Random } from '../../stats/seeded-random.ts';
import { shuffledRows } from '../../stats/shuffled-rows.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';
import { silu, siluWithDropout } from './activation.ts';
import { type Adam, adam } from './adam.ts';
import type { EncodedRows } from './encoded-rows.ts';
import { baseHazardLogits, hazardLogLoss } from './hazard-targets.ts';
import type { Learner } from './learner.ts';
import { keepWithin, type WeightBounds } from './weight-bounds.ts';

const LEAST_BATCH_ROWS = 32;

export interface FitRequest {
  readonly tf: typeof TensorFlow;
  readonly learner: Learner;
  readonly training: EncodedRows;
  /** Judges every epoch: training stops when it no longer gets better, and the best weights are kept. */
  readonly validation: EncodedRows | null;
  readonly random: Random;
  /** How the log-odds may go with each input (1 up, -1 down, 0 either way); null for any way. */
  readonly directionOfInput: Int8Array | null;
  /** Epochs that the learning rate is planned over: the most there may be, per stage. */
  readonly plannedEpochs: number;
  /** Per stage, stops after so many of them; without validation the only stop. */
  readonly stopAfter?: readonly number[];
  /** Asked after every epoch; true ends training early with the best weights so far. */
  readonly outOfTime: () => boolean;
}

export interface FittedWeights {
  readonly weights: Weights;
  /** Epochs that made the kept weights, per stage. */
  readonly epochs: readonly number[];
  /** Mean negative log-likelihood per validation row; NaN without validation. */
  readonly validationLoss: number;
}

/**
 * Trains a learner's weights with Adam and decoupled weight decay on the masked hazard likelihood: its first stage and, where it
 * can grow and growing helps, its second. Leaves no tensor behind.
 */
export function fitNetwork(request: FitRequest): FittedWeights {
  const { learner, training, random } = request;
  const { intervals, rowCount } = training.targets;
  const inputs = training.inputs.length / rowCount;
  const initial = learner.initialise({ inputs, intervals }, baseHazardLogits(training.targets), random);
  const first = fitStage(request, 0, initial, Number.POSITIVE_INFINITY);
  const fitted: FittedWeights = { ...first, epochs: [first.epochs] };
  if (learner.grow === undefined || request.stopAfter?.[1] === 0 || request.outOfTime()) return fitted;
  const grown = learner.grow(first.weights, training);
  if (grown === undefined) return fitted;
  const second = fitStage(request, 1, grown, first.validationLoss);
  return second.epochs === 0 ? fitted : { ...second, epochs: [first.epochs, second.epochs] };
}

interface FittedStage {
  readonly weights: Weights;
  readonly epochs: number;
  readonly validationLoss: number;
}

/** One run of training from the given weights, whose validation loss is to be beaten. */
function fitStage(request: FitRequest, stage: number, initial: Weights, lossToBeat: number): FittedStage {
  const { tf, learner, training, validation, random, directionOfInput, plannedEpochs, outOfTime } = request;
  const epochs = Math.min(plannedEpochs, request.stopAfter?.[stage] ?? plannedEpochs);
  const patience = Math.max(learner.training.patience, Math.ceil(plannedEpochs / 8));
  const variables = new Map<string, TensorFlow.Variable>();
  for (const [name, { shape, values }] of initial)
    variables.set(
      name,
      tf.tidy(() => tf.variable(tf.tensor(values.slice(), [...shape]))),
    );
  const batchRows = batchRowsFor(learner, training.targets.rowCount);
  const bounds: WeightBounds =
    directionOfInput === null ? new Map() : learner.bounds!(initial, directionOfInput);
  const step = trainingStep(request, variables, bounds, adam(learner.training.weightDecay));

  let best: FittedStage = { weights: initial, epochs: 0, validationLoss: lossToBeat };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffledRows(training.targets.rowCount, random);
    for (let from = 0; from < order.length; from += batchRows)
      step(
        order.subarray(from, from + batchRows),
        learningRateAt(learner, (epoch - 1 + from / order.length) / plannedEpochs),
      );
    if (validation === null) {
      if (epoch === epochs || outOfTime()) {
        best = { weights: readWeights(variables), epochs: epoch, validationLoss: Number.NaN };
        break;
      }
      continue;
    }
    const loss = validationLoss(tf, learner, variables, validation);
    if (loss < best.validationLoss)
      best = { weights: readWeights(variables), epochs: epoch, validationLoss: loss };
    if (epoch - best.epochs >= patience || outOfTime()) break;
  }
  for (const variable of variables.values()) variable.dispose();
  return best;
}

function trainingStep(
  { tf, learner, training, random }: FitRequest,
  variables: ReadonlyMap<string, TensorFlow.Variable>,
  bounds: WeightBounds,
  optimizer: Adam,
): (rows: Int32Array, learningRate: number) => void {
  const { intervals } = training.targets;
  const activate = siluWithDropout(tf, learner.training.dropout, random);
  const trained = [...variables].filter(([name]) => learner.isTrained?.(name) ?? true);
  return (rows, learningRate) =>
    tf.tidy(() => {
      const batch = tf.tensor2d(gather(training.inputs, rows), [
        rows.length,
        training.inputs.length / training.targets.rowCount,
      ]);
      const shape: [number, number, number] = [rows.length, 1, intervals];
      const atRisk = tf.tensor3d(gather(training.targets.atRisk, rows, intervals), shape);
      const events = tf.tensor3d(gather(training.targets.events, rows, intervals), shape);
      const loss = maskedHazardLoss(tf, atRisk, events, learner.submodels);
      const { grads } = tf.variableGrads(
        () => loss(learner.tensorLogits(tf, variables, batch, activate)),
        trained.map(([, variable]) => variable),
      );
      optimizer.beginStep(learningRate);
      for (const [name, variable] of trained) {
        const values = variable.dataSync<'float32'>().slice();
        optimizer.update(name, values, grads[variable.name]!.dataSync<'float32'>(), name.endsWith('/weight'));
        const within = bounds.get(name);
        if (within !== undefined) keepWithin(within, values);
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
function batchRowsFor({ training }: Learner, rowCount: number): number {
  return Math.max(LEAST_BATCH_ROWS, Math.min(training.batchRows, Math.ceil(rowCount / 32)));
}

/** Falls along a half cosine to a twentieth at the end of the plan: late epochs settle instead of wandering. */
function learningRateAt({ training }: Learner, progress: number): number {
  return training.learningRate * (0.05 + (0.95 * (1 + Math.cos(Math.PI * progress))) / 2);
}

/**
 * Cross-entropy summed over the intervals at risk, per row and submodel; its slope is written down, since it is so
 * simple.
 *
 * @param atRisk rows × 1 × intervals, as is `events`
 */
function maskedHazardLoss(
  tf: typeof TensorFlow,
  atRisk: TensorFlow.Tensor3D,
  events: TensorFlow.Tensor3D,
  submodels: number,
): (logits: TensorFlow.Tensor2D) => TensorFlow.Scalar {
  const [rows, , intervals] = atRisk.shape;
  const losses = rows * submodels;
  const loss = tf.customGrad((given, save) => {
    const logits = tf.reshape(given as TensorFlow.Tensor, [rows, submodels, intervals]);
    const slope = tf.div(tf.mul(atRisk, tf.sub(tf.sigmoid(logits), events)), losses);
    const crossEntropy = tf.sub(tf.softplus(logits), tf.mul(events, logits));
    (save as TensorFlow.GradSaveFunc)([tf.reshape(slope, [rows, submodels * intervals])]);
    return {
      value: tf.div(tf.sum(tf.mul(atRisk, crossEntropy)), losses) as TensorFlow.Scalar,
      gradFunc: (upstream: TensorFlow.Tensor, saved: TensorFlow.Tensor[]) => tf.mul(upstream, saved[0]!),
    };
  });
  return (logits) => loss(logits) as TensorFlow.Scalar;
}

function validationLoss(
  tf: typeof TensorFlow,
  learner: Learner,
  variables: ReadonlyMap<string, TensorFlow.Variable>,
  { inputs, targets }: EncodedRows,
): number {
  const logits = tensorForward(tf, learner, variables, inputs, targets.rowCount, targets.intervals);
  return hazardLogLoss(targets, meanHazardLogits(logits, learner.submodels, targets.intervals));
}

/** The tensor graph's log-odds (rows × submodels × intervals) without dropout, in blocks of rows. */
function tensorForward(
  tf: typeof TensorFlow,
  learner: Learner,
  variables: ReadonlyMap<string, TensorFlow.Variable>,
  inputs: Float32Array,
  rowCount: number,
  intervals: number,
): Float32Array {
  const width = inputs.length / rowCount;
  const outputs = learner.submodels * intervals;
  const logits = new Float32Array(rowCount * outputs);
  const block = 1024;
  for (let from = 0; from < rowCount; from += block) {
    const to = Math.min(from + block, rowCount);
    tf.tidy(() => {
      const batch = tf.tensor2d(inputs.slice(from * width, to * width), [to - from, width]);
      logits.set(learner.tensorLogits(tf, variables, batch, silu(tf)).dataSync(), from * outputs);
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
