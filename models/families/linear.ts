import type { TensorFlow } from '../../training/backends/backend.ts';
import { between, contributeThrough, dense } from './dense.ts';
import { type Network, type NetworkPath, type Shape, type Weights, weightNamed } from './family.ts';

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

/** Everybody starts at the base rate. */
export function zeroLinearWeights({ inputs, intervals }: Shape, baseLogits: Float64Array): Weights {
  return new Map([
    ['head/weight', { shape: [inputs, intervals], values: new Float32Array(inputs * intervals) }],
    ['head/bias', { shape: [intervals], values: Float32Array.from(baseLogits) }],
  ]);
}

export function linearTensorLogits(
  tf: typeof TensorFlow,
  weights: ReadonlyMap<string, TensorFlow.Tensor>,
  inputs: TensorFlow.Tensor2D,
): TensorFlow.Tensor2D {
  return tf.add(
    tf.matMul(inputs, weights.get('head/weight') as TensorFlow.Tensor2D),
    weights.get('head/bias')!,
  );
}
