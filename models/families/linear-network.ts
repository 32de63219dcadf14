import type { EncodedBlock } from '../scoring/kernels/encoded-block.ts';
import { between, contributeThrough, dense } from './dense.ts';
import { type Network, type NetworkReading, type Weights, weightNamed } from './family.ts';

/** inputs · weights + bias, the whole of the additive families' main effects. */
export function linearNetwork(weights: Weights): Network {
  const headWeights = Float64Array.from(weightNamed(weights, 'head/weight').values);
  const headBias = Float64Array.from(weightNamed(weights, 'head/bias').values);
  const intervals = headBias.length;

  function logits({ inputs, rowCount }: EncodedBlock): Float64Array {
    return dense(inputs, rowCount, headWeights, headBias);
  }

  function read(block: EncodedBlock): NetworkReading {
    const endLogits = logits(block);
    return {
      logits: () => endLogits,
      pathAlong: (move) => {
        const startLogits = logits(move.start);
        const meanGradients = new Float64Array(block.rowCount * intervals);
        return {
          logitsAt: (fraction) => between(startLogits, endLogits, fraction),
          accumulate: (upstream, weight) => {
            for (let cell = 0; cell < upstream.length; cell++)
              meanGradients[cell]! += weight * upstream[cell]!;
          },
          contribute: (contributions, scale) =>
            contributeThrough(headWeights, meanGradients, move, contributions, scale),
        };
      },
    };
  }

  return { shape: { inputs: headWeights.length / intervals, intervals }, logits, read };
}
