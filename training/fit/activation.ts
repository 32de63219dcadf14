import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';

/** SiLU, and in training a fresh dropout mask after it. */
export type Activation = (sums: TensorFlow.Tensor2D) => TensorFlow.Tensor2D;

/** x · sigmoid(x) alone: what scoring sees. */
export function silu(tf: typeof TensorFlow): Activation {
  return (sums) => tf.mul(sums, tf.sigmoid(sums));
}

/**
 * SiLU with a share of the units silent, a fresh draw at every call, and the others louder in turn.
 * Its slope is written down, since the tape would take three times as many passes over the batch.
 */
export function siluWithDropout(tf: typeof TensorFlow, share: number, random: Random): Activation {
  if (share === 0) return silu(tf);
  const maskOf = dropoutMasks(share, random);
  return (sums) => {
    const mask = tf.tensor2d(maskOf(sums.size), sums.shape);
    const activate = tf.customGrad((given, save) => {
      const sigmoid = tf.sigmoid(given as TensorFlow.Tensor);
      const active = tf.mul(given as TensorFlow.Tensor, sigmoid);
      const slope = tf.mul(mask, tf.add(sigmoid, tf.mul(active, tf.sub(1, sigmoid))));
      (save as TensorFlow.GradSaveFunc)([slope]);
      return {
        value: tf.mul(active, mask),
        gradFunc: (upstream: TensorFlow.Tensor, saved: TensorFlow.Tensor[]) => tf.mul(upstream, saved[0]!),
      };
    });
    return activate(sums) as TensorFlow.Tensor2D;
  };
}

const POOL_CELLS = 1 << 20;

/**
 * Masks of 0 for the silent share and else of what keeps the mean. They are windows into one long draw, each from
 * a random place: drawing every cell anew took a sixth of training.
 */
function dropoutMasks(share: number, random: Random): (size: number) => Float32Array {
  const loud = 1 / (1 - share);
  let pool = new Float32Array(0);
  return (size) => {
    if (pool.length < 2 * size)
      pool = Float32Array.from({ length: Math.max(POOL_CELLS, 2 * size) }, () =>
        random.next() < share ? 0 : loud,
      );
    const from = random.integer(pool.length - size);
    return pool.slice(from, from + size);
  };
}
