import type { Weight } from '../../models/families/family.ts';
import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';
import type { Activation } from '../fit/activation.ts';
import type { Learner } from '../fit/learner.ts';

const SUBMODELS = 8;
const HIDDEN_UNITS = 64;
const HIDDEN_LAYERS = 3;

/** Each submodel is trained on its own loss. */
export const tabmLearner: Learner = {
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
  fitsByTime: 2,
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
};

function hidden(layer: number, part: 'weight' | 'bias'): string {
  return `hidden_${layer}/${part}`;
}

function tensorLogits(
  tf: typeof TensorFlow,
  weights: ReadonlyMap<string, TensorFlow.Tensor>,
  inputs: TensorFlow.Tensor2D,
  activate: Activation,
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

function uniformWeight(shape: readonly number[], fanIn: number, random: Random): Weight {
  const bound = 1 / Math.sqrt(fanIn);
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: Float32Array.from({ length: size }, () => bound * (2 * random.next() - 1)) };
}
