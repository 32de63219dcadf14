import { between, contributeThrough, dense } from './dense.ts';
import { type Family, type Network, type NetworkPath, type Weights, weightNamed } from './family.ts';

/**
 * Logistic hazards on piecewise-linear inputs: one straight piece per bin makes it additive (a GAM),
 * so every feature's contribution to the log-odds is exact.
 */
export const logistic: Family = {
  name: 'logistic',
  encoding: { piecewiseBins: 8, linear: true, rareRows: 20, maximumLevels: 64 },
  training: {
    learningRate: 4e-3,
    weightDecay: 2e-3,
    batchRows: 1024,
    epochs: 12,
    patience: 3,
    dropout: 0,
  },
  initialise: ({ inputs, intervals }, baseLogits) =>
    new Map([
      ['head/weight', { shape: [inputs, intervals], values: new Float32Array(inputs * intervals) }],
      ['head/bias', { shape: [intervals], values: Float32Array.from(baseLogits) }],
    ]),
  tensorLogits: (tf, weights, inputs) =>
    tf.add(tf.matMul(inputs, weights.get('head/weight')!), weights.get('head/bias')!),
  network,
};

function network(weights: Weights): Network {
  const head = weightNamed(weights, 'head/weight');
  const headWeights = Float64Array.from(head.values);
  const headBias = Float64Array.from(weightNamed(weights, 'head/bias').values);
  const intervals = headBias.length;
  const inputWidth = headWeights.length / intervals;

  function pathFrom(start: Float32Array, inputs: Float32Array, rowCount: number): NetworkPath {
    const startLogits = dense(start, start.length / inputWidth, headWeights, headBias);
    const endLogits = dense(inputs, rowCount, headWeights, headBias);
    const meanGradients = new Float64Array(rowCount * intervals);
    return {
      logitsAt: (fraction) => between(startLogits, endLogits, fraction),
      accumulate: (upstream, weight) => {
        for (let cell = 0; cell < upstream.length; cell++) meanGradients[cell]! += weight * upstream[cell]!;
      },
      contribute: (contributions, slotOfInput, slotCount, scale) =>
        contributeThrough(
          headWeights,
          meanGradients,
          intervals,
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
    logits: (inputs, rowCount) => dense(inputs, rowCount, headWeights, headBias),
    pathFrom,
  };
}
