import type { Random } from '../../stats/seeded-random.ts';
import { between, contributeThrough, dense, denseTransposed } from './dense.ts';
import {
  type Family,
  type Network,
  type NetworkPath,
  type Weight,
  type Weights,
  weightNamed,
} from './family.ts';

/** Units of the hidden layers, first to last. */
const HIDDEN_UNITS = [64, 32] as const;

/** A small multilayer perceptron with SiLU units: smooth, so that integrated gradients converge in a few stops. */
export const mlp: Family = {
  name: 'mlp',
  encoding: { piecewiseBins: 0, linear: true, rareRows: 20, maximumLevels: 32 },
  training: {
    learningRate: 2e-3,
    weightDecay: 2e-2,
    batchRows: 1024,
    epochs: 12,
    patience: 4,
    dropout: 0.1,
  },
  initialise: ({ inputs, intervals }, baseLogits, random) => {
    const weights = new Map<string, Weight>();
    let width = inputs;
    HIDDEN_UNITS.forEach((units, layer) => {
      weights.set(`hidden_${layer}/weight`, normalWeight(width, units, Math.sqrt(1.5 / width), random));
      weights.set(`hidden_${layer}/bias`, { shape: [units], values: new Float32Array(units) });
      width = units;
    });
    weights.set('head/weight', normalWeight(width, intervals, 0.1 / Math.sqrt(width), random));
    weights.set('head/bias', { shape: [intervals], values: Float32Array.from(baseLogits) });
    return weights;
  },
  tensorLogits: (tf, weights, inputs, dropout) => {
    let activations = inputs;
    for (const layer of HIDDEN_UNITS.keys()) {
      const sums = tf.add(
        tf.matMul(activations, weights.get(`hidden_${layer}/weight`)!),
        weights.get(`hidden_${layer}/bias`)!,
      );
      activations = dropout(tf.mul(sums, tf.sigmoid(sums)));
    }
    return tf.add(tf.matMul(activations, weights.get('head/weight')!), weights.get('head/bias')!);
  },
  network,
};

interface Layer {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

function network(fitted: Weights): Network {
  const layerNamed = (name: string): Layer => ({
    weights: Float64Array.from(weightNamed(fitted, `${name}/weight`).values),
    bias: Float64Array.from(weightNamed(fitted, `${name}/bias`).values),
  });
  const first = layerNamed('hidden_0');
  const upper = [...HIDDEN_UNITS.keys()].slice(1).map((layer) => layerNamed(`hidden_${layer}`));
  const head = layerNamed('head');
  const upperAndHead = [...upper, head];
  const units = first.bias.length;
  const inputWidth = first.weights.length / units;

  /** From the first layer's sums to log-odds; keeps the slope of every unit in `slopes` for the way back. */
  function above(sums: Float64Array, rowCount: number, slopes?: Float64Array[]): Float64Array {
    let current = sums;
    for (const layer of upper) current = dense(silu(current, slopes), rowCount, layer.weights, layer.bias);
    return dense(silu(current, slopes), rowCount, head.weights, head.bias);
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
        let gradients = upstream;
        for (let depth = upperAndHead.length - 1; depth >= 0; depth--) {
          const layer = upperAndHead[depth]!;
          gradients = denseTransposed(gradients, rowCount, layer.weights, layer.bias.length);
          for (let cell = 0; cell < gradients.length; cell++) gradients[cell]! *= slopes[depth]![cell]!;
        }
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
    shape: { inputs: inputWidth, intervals: head.bias.length },
    logits: (inputs, rowCount) => above(dense(inputs, rowCount, first.weights, first.bias), rowCount),
    pathFrom,
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

function normalWeight(rows: number, columns: number, deviation: number, random: Random): Weight {
  return {
    shape: [rows, columns],
    values: Float32Array.from({ length: rows * columns }, () => deviation * random.normal()),
  };
}
