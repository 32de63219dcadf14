import { between, contributeThrough, dense } from './dense.ts';
import { type Network, type NetworkPath, type Weights, weightNamed } from './family.ts';

/** inputs · weights + bias, the whole of the additive families' main effects. */
export function linearNetwork(weights: Weights): Network {
  const headWeights = Float64Array.from(weightNamed(weights, 'head/weight').values);
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
