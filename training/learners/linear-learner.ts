import type { TensorFlow } from '../backends/tensorflow.ts';
import type { Learner } from '../fit/learner.ts';

/** What the additive families share: every account starts at the base rate, and one product makes the log-odds. */
export const linearLearner: Pick<Learner, 'submodels' | 'fitsByTime' | 'initialise' | 'tensorLogits'> = {
  submodels: 1,
  fitsByTime: 1,
  initialise: ({ inputs, intervals }, baseLogits) =>
    new Map([
      ['head/weight', { shape: [inputs, intervals], values: new Float32Array(inputs * intervals) }],
      ['head/bias', { shape: [intervals], values: Float32Array.from(baseLogits) }],
    ]),
  tensorLogits: (tf, weights, inputs) =>
    tf.add(tf.matMul(inputs, weights.get('head/weight') as TensorFlow.Tensor2D), weights.get('head/bias')!),
};
