import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../backend.ts';
import { between, contributeThrough, dense, denseTransposed } from './dense.ts';
import {
  type Family,
  type Network,
  type NetworkPath,
  type Weight,
  type Weights,
  weightNamed,
} from './family.ts';
import { meanHazardLogits } from './mean-hazard.ts';

const SUBMODELS = 8;
const HIDDEN_UNITS = 64;
const HIDDEN_LAYERS = 3;

/**
 * TabM-mini: submodels that share one multilayer perceptron and differ in how they scale its inputs and in their heads.
 * Each is trained on its own loss, and their mean is a better calibrated forecast than any of them.
 * SiLU units are smooth, so that integrated gradients converge in a few stops.
 *
 * https://arxiv.org/abs/2410.24210
 */
export const tabm: Family = {
  name: 'tabm',
  encoding: { piecewiseBins: 12, linear: true, rareRows: 20, maximumLevels: 64 },
  training: {
    learningRate: 8e-3,
    weightDecay: 0.2,
    batchRows: 256,
    epochs: 12,
    patience: 4,
    dropout: 0.35,
  },
  submodels: SUBMODELS,
  initialise: ({ inputs, intervals }, baseLogits, random) => {
    const weights = new Map<string, Weight>([
      [
        'input/scale',
        {
          shape: [inputs, SUBMODELS],
          values: Float32Array.from({ length: inputs * SUBMODELS }, () => (random.integer(2) === 0 ? -1 : 1)),
        },
      ],
    ]);
    let width = inputs;
    for (let layer = 0; layer < HIDDEN_LAYERS; layer++) {
      weights.set(hidden(layer, 'weight'), uniformWeight([width, HIDDEN_UNITS], width, random));
      weights.set(hidden(layer, 'bias'), uniformWeight([HIDDEN_UNITS], width, random));
      width = HIDDEN_UNITS;
    }
    weights.set('head/weight', uniformWeight([SUBMODELS * HIDDEN_UNITS, intervals], HIDDEN_UNITS, random));
    weights.set('head/bias', {
      shape: [SUBMODELS, intervals],
      values: Float32Array.from(
        { length: SUBMODELS * intervals },
        (_, cell) => baseLogits[cell % intervals]!,
      ),
    });
    return weights;
  },
  tensorLogits,
  network,
};

function hidden(layer: number, part: 'weight' | 'bias'): string {
  return `hidden_${layer}/${part}`;
}

function tensorLogits(
  tf: typeof TensorFlow,
  weights: ReadonlyMap<string, TensorFlow.Tensor>,
  inputs: TensorFlow.Tensor2D,
  activate: (sums: TensorFlow.Tensor2D) => TensorFlow.Tensor2D,
): TensorFlow.Tensor2D {
  const [rows, width] = inputs.shape;
  // Scaling the weights instead of the inputs makes the first layer one product for all submodels, and no gradient
  // has to flow back to the inputs.
  const scaled = tf.mul(
    tf.reshape(weights.get(hidden(0, 'weight'))!, [width, 1, HIDDEN_UNITS]),
    tf.reshape(weights.get('input/scale')!, [width, SUBMODELS, 1]),
  );
  const wide = tf.matMul(
    inputs,
    tf.reshape(scaled, [width, SUBMODELS * HIDDEN_UNITS]) as TensorFlow.Tensor2D,
  );
  let sums = tf.add(tf.reshape(wide, [rows * SUBMODELS, HIDDEN_UNITS]), weights.get(hidden(0, 'bias'))!);
  for (let layer = 1; layer < HIDDEN_LAYERS; layer++)
    sums = tf.add(
      tf.matMul(
        activate(sums as TensorFlow.Tensor2D),
        weights.get(hidden(layer, 'weight'))! as TensorFlow.Tensor2D,
      ),
      weights.get(hidden(layer, 'bias'))!,
    );
  const active = tf.reshape(activate(sums as TensorFlow.Tensor2D), [rows, SUBMODELS * HIDDEN_UNITS]);
  const heads = weights.get('head/weight')!;
  const intervals = heads.shape[1]!;
  // Every submodel's head sees its own units only: one product with a matrix that is zero off the diagonal blocks.
  const blocks = tf.mul(tf.reshape(heads, [SUBMODELS * HIDDEN_UNITS, 1, intervals]), ownUnits(tf));
  const logits = tf.matMul(
    active as TensorFlow.Tensor2D,
    tf.reshape(blocks, [SUBMODELS * HIDDEN_UNITS, SUBMODELS * intervals]) as TensorFlow.Tensor2D,
  );
  return tf.add(logits, tf.reshape(weights.get('head/bias')!, [1, SUBMODELS * intervals]));
}

/** (submodels · units) × submodels × 1: 1 where the unit belongs to the submodel. */
function ownUnits(tf: typeof TensorFlow): TensorFlow.Tensor3D {
  const values = new Float32Array(SUBMODELS * HIDDEN_UNITS * SUBMODELS);
  for (let unit = 0; unit < SUBMODELS * HIDDEN_UNITS; unit++)
    values[unit * SUBMODELS + Math.floor(unit / HIDDEN_UNITS)] = 1;
  return tf.tensor3d(values, [SUBMODELS * HIDDEN_UNITS, SUBMODELS, 1]);
}

interface Layer {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

function network(fitted: Weights): Network {
  const numbers = (name: string): Float64Array => Float64Array.from(weightNamed(fitted, name).values);
  const first = wideFirstLayer(fitted);
  const upper = Array.from(
    { length: HIDDEN_LAYERS - 1 },
    (_, layer): Layer => ({
      weights: numbers(hidden(layer + 1, 'weight')),
      bias: numbers(hidden(layer + 1, 'bias')),
    }),
  );
  const headWeights = numbers('head/weight');
  const headBias = numbers('head/bias');
  const intervals = headBias.length / SUBMODELS;
  const units = first.bias.length;
  const inputWidth = first.weights.length / units;

  /** From the first layer's sums to log-odds; keeps every slope in `slopes` for the way back. */
  function above(sums: Float64Array, rowCount: number, slopes?: Float64Array[]): Float64Array {
    let current = sums;
    for (const layer of upper)
      current = dense(silu(current, slopes), rowCount * SUBMODELS, layer.weights, layer.bias);
    const logits = heads(silu(current, slopes), rowCount);
    const meanSlopes = slopes === undefined ? undefined : new Float64Array(logits.length);
    if (meanSlopes !== undefined) slopes?.push(meanSlopes);
    return meanHazardLogits(logits, SUBMODELS, intervals, meanSlopes);
  }

  /** Hidden units (rows × submodels × units) → log-odds (rows × submodels × intervals). */
  function heads(active: Float64Array, rowCount: number): Float64Array {
    const logits = new Float64Array(rowCount * SUBMODELS * intervals);
    for (let row = 0; row < rowCount; row++)
      for (let submodel = 0; submodel < SUBMODELS; submodel++)
        for (let interval = 0; interval < intervals; interval++) {
          let sum = headBias[submodel * intervals + interval]!;
          const from = (row * SUBMODELS + submodel) * HIDDEN_UNITS;
          for (let unit = 0; unit < HIDDEN_UNITS; unit++)
            sum +=
              active[from + unit]! * headWeights[(submodel * HIDDEN_UNITS + unit) * intervals + interval]!;
          logits[(row * SUBMODELS + submodel) * intervals + interval] = sum;
        }
    return logits;
  }

  function headsTransposed(gradients: Float64Array, rowCount: number): Float64Array {
    const results = new Float64Array(rowCount * units);
    for (let row = 0; row < rowCount; row++)
      for (let unit = 0; unit < units; unit++) {
        const from = (row * SUBMODELS + Math.floor(unit / HIDDEN_UNITS)) * intervals;
        let sum = 0;
        for (let interval = 0; interval < intervals; interval++)
          sum += gradients[from + interval]! * headWeights[unit * intervals + interval]!;
        results[row * units + unit] = sum;
      }
    return results;
  }

  function pathFrom(start: Float32Array, inputs: Float32Array, rowCount: number): NetworkPath {
    // The first layer is linear, so along a straight line its sums move on one: it is computed once, not per stop.
    const startSums = dense(start, start.length / inputWidth, first.weights, first.bias);
    const endSums = dense(inputs, rowCount, first.weights, first.bias);
    const meanGradients = new Float64Array(rowCount * units);
    let slopes: Float64Array[] = [];
    return {
      logitsAt: (fraction) => {
        slopes = [];
        return above(between(startSums, endSums, fraction), rowCount, slopes);
      },
      accumulate: (upstream, weight) => {
        const ofSubmodels = slopes[HIDDEN_LAYERS]!;
        for (let cell = 0; cell < ofSubmodels.length; cell++) {
          const row = Math.floor(cell / (SUBMODELS * intervals));
          ofSubmodels[cell]! *= upstream[row * intervals + (cell % intervals)]!;
        }
        let gradients = multiplyInto(headsTransposed(ofSubmodels, rowCount), slopes[HIDDEN_LAYERS - 1]!);
        for (let depth = upper.length - 1; depth >= 0; depth--)
          gradients = multiplyInto(
            denseTransposed(gradients, rowCount * SUBMODELS, upper[depth]!.weights, HIDDEN_UNITS),
            slopes[depth]!,
          );
        for (let cell = 0; cell < gradients.length; cell++) meanGradients[cell]! += weight * gradients[cell]!;
      },
      contribute: (contributions, slotOfInput, slotCount, scale) =>
        contributeThrough(
          first.weights,
          meanGradients,
          units,
          start,
          inputs,
          contributions,
          slotOfInput,
          slotCount,
          scale,
        ),
    };
  }

  return {
    shape: { inputs: inputWidth, intervals },
    logits: (inputs, rowCount) => above(dense(inputs, rowCount, first.weights, first.bias), rowCount),
    pathFrom,
  };
}

/** The first layer of all submodels side by side: inputs × (submodels · units). */
function wideFirstLayer(fitted: Weights): Layer {
  const shared = weightNamed(fitted, hidden(0, 'weight')).values;
  const sharedBias = weightNamed(fitted, hidden(0, 'bias')).values;
  const scales = weightNamed(fitted, 'input/scale').values;
  const units = SUBMODELS * HIDDEN_UNITS;
  const weights = new Float64Array((shared.length / HIDDEN_UNITS) * units);
  for (let cell = 0; cell < weights.length; cell++) {
    const input = Math.floor(cell / units);
    const submodel = Math.floor((cell % units) / HIDDEN_UNITS);
    weights[cell] =
      shared[input * HIDDEN_UNITS + (cell % HIDDEN_UNITS)]! * scales[input * SUBMODELS + submodel]!;
  }
  return {
    weights,
    bias: Float64Array.from({ length: units }, (_, unit) => sharedBias[unit % HIDDEN_UNITS]!),
  };
}

function silu(sums: Float64Array, slopes?: Float64Array[]): Float64Array {
  const activations = new Float64Array(sums.length);
  const slope = slopes === undefined ? undefined : new Float64Array(sums.length);
  for (let cell = 0; cell < sums.length; cell++) {
    const sum = sums[cell]!;
    const gate = 1 / (1 + Math.exp(-sum));
    activations[cell] = sum * gate;
    if (slope !== undefined) slope[cell] = gate * (1 + sum * (1 - gate));
  }
  if (slope !== undefined) slopes?.push(slope);
  return activations;
}

function multiplyInto(values: Float64Array, factors: Float64Array): Float64Array {
  for (let cell = 0; cell < values.length; cell++) values[cell]! *= factors[cell]!;
  return values;
}

function uniformWeight(shape: readonly number[], fanIn: number, random: Random): Weight {
  const bound = 1 / Math.sqrt(fanIn);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => bound * (2 * random.next() - 1)) };
}
