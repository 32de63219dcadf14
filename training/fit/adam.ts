const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-8;

/** Adam's state over one training run, on typed arrays: it holds no tensors, so there is none to leak. */
export interface Adam {
  /** Counts a step; the updates that follow belong to it. */
  beginStep(learningRate: number): void;
  /** Moves `values` down their `gradients` in place; `decays` also shrinks them towards 0. */
  update(name: string, values: Float32Array, gradients: Float32Array, decays: boolean): void;
}

/**
 * Adam with decoupled weight decay.
 *
 * https://arxiv.org/abs/1711.05101
 * @param weightDecay share of a weight taken off per step, in units of the learning rate
 */
export function adam(weightDecay: number): Adam {
  const moments = new Map<string, { mean: Float64Array; square: Float64Array }>();
  let rate = 0;
  let steps = 0;

  function momentsOf(name: string, size: number): { mean: Float64Array; square: Float64Array } {
    const known = moments.get(name) ?? { mean: new Float64Array(size), square: new Float64Array(size) };
    moments.set(name, known);
    return known;
  }

  return {
    beginStep: (learningRate) => {
      rate = learningRate;
      steps++;
    },
    update: (name, values, gradients, decays) => {
      const { mean, square } = momentsOf(name, values.length);
      const meanCorrection = 1 - MEAN_DECAY ** steps;
      const squareCorrection = 1 - SQUARE_DECAY ** steps;
      const kept = decays ? 1 - rate * weightDecay : 1;
      for (let cell = 0; cell < values.length; cell++) {
        const gradient = gradients[cell]!;
        mean[cell] = MEAN_DECAY * mean[cell]! + (1 - MEAN_DECAY) * gradient;
        square[cell] = SQUARE_DECAY * square[cell]! + (1 - SQUARE_DECAY) * gradient * gradient;
        const step = mean[cell]! / meanCorrection / (Math.sqrt(square[cell]! / squareCorrection) + EPSILON);
        values[cell] = kept * values[cell]! - rate * step;
      }
    },
  };
}
