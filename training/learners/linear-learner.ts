import type { TensorFlow } from '../backends/tensorflow.ts';
import type { Learner } from '../fit/learner.ts';
import { signBounds } from '../fit/weight-bounds.ts';

/** What the additive families share: every account starts at the base rate, and one product makes the log-odds. */
export const linearLearner: Pick<
  Learner,
  'submodels' | 'fitsByTime' | 'initialise' | 'bounds' | 'tensorLogits'
> = {
  submodels: 1,
  fitsByTime: 1,
  initialise: ({ inputs, intervals }, baseLogits) =>
    new Map([
      ['head/weight', { shape: [inputs, intervals], values: new Float32Array(inputs * intervals) }],
      ['head/bias', { shape: [intervals], values: Float32Array.from(baseLogits) }],
    ]),
  bounds: (_weights, direction) =>
    new Map([
      [
        'head/weight',
        signBounds(
          direction.length,
          (input) => direction[input]! <= 0,
          (input) => direction[input]! >= 0,
        ),
      ],
    ]),
  tensorLogits: (tf, weights, inputs) =>
    tf.add(tf.matMul(inputs, weights.get('head/weight') as TensorFlow.Tensor2D), weights.get('head/bias')!),
};
