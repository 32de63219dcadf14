import type { Weight, Weights } from '../../models/families/family.ts';
import {
  SEQUENCE_BIAS,
  SEQUENCE_INPUT,
  SEQUENCE_WEIGHT,
  sequenceUnits,
  weightsWithoutUnits,
} from '../../models/families/sequence-units.ts';
import { encodedBlock } from '../../models/scoring/kernels/encoded-block.ts';
import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';
import { type Activation, silu } from '../fit/activation.ts';
import type { EncodedRows } from '../fit/encoded-rows.ts';
import type { Learner } from '../fit/learner.ts';

const UNITS = 8;

/**
 * A learner that also learns features of weekly counts: SiLU units over the scaled counts, trained with all else.
 *
 * @param weeklyInputs positions of those counts among the inputs; none leaves the learner as it is
 */
export function learnSequence(learner: Learner, weeklyInputs: readonly number[]): Learner {
  if (weeklyInputs.length === 0) return learner;
  // Units over many weeks have no direction, so that with them none can be kept.
  const { grow, bounds: _, ...rest } = learner;
  return {
    ...rest,
    initialise: (shape, baseLogits, random) => {
      const inner = learner.initialise({ ...shape, inputs: shape.inputs + UNITS }, baseLogits, random);
      return new Map([...inner, ...initialUnits(weeklyInputs, random)]);
    },
    ...(grow === undefined ? {} : { grow: (weights, training) => growInner(grow, weights, training) }),
    isTrained: (weight) => weight !== SEQUENCE_INPUT && (learner.isTrained?.(weight) ?? true),
    tensorLogits: (tf, weights, inputs, activate) => tensorLogits(tf, learner, weights, inputs, activate),
  };
}

function initialUnits(weeklyInputs: readonly number[], random: Random): [string, Weight][] {
  const weeks = weeklyInputs.length;
  const bound = 1 / Math.sqrt(weeks);
  const uniform = (shape: number[], size: number, most: number): Weight => ({
    shape,
    values: Float32Array.from({ length: size }, () => most * (2 * random.next() - 1)),
  });
  return [
    [SEQUENCE_INPUT, { shape: [weeks], values: Float32Array.from(weeklyInputs) }],
    // Sums of scaled counts then spread by about one.
    [SEQUENCE_WEIGHT, uniform([weeks, UNITS], weeks * UNITS, Math.sqrt(3) * bound)],
    [SEQUENCE_BIAS, uniform([UNITS], UNITS, bound)],
  ];
}

function growInner(
  grow: NonNullable<Learner['grow']>,
  weights: Weights,
  training: EncodedRows,
): Weights | undefined {
  const units = sequenceUnits(weights);
  const { encodingOfInput, isPiece } = training;
  const grown = grow(weightsWithoutUnits(weights), {
    ...training,
    inputs: units.extend(encodedBlock(training.inputs, training.targets.rowCount)).inputs,
    // Together the units are one more feature, without pieces.
    encodingOfInput: Int32Array.from([
      ...encodingOfInput,
      ...new Array<number>(units.count).fill(encodingOfInput.at(-1)! + 1),
    ]),
    isPiece: [...isPiece, ...new Array<boolean>(units.count).fill(false)],
  });
  return grown && new Map([...weights, ...grown]);
}

function tensorLogits(
  tf: typeof TensorFlow,
  learner: Learner,
  weights: ReadonlyMap<string, TensorFlow.Tensor>,
  inputs: TensorFlow.Tensor2D,
  activate: Activation,
): TensorFlow.Tensor2D {
  const read = weights.get(SEQUENCE_INPUT)!.dataSync();
  const weeks = tf.gather(inputs, tf.tensor1d(read, 'int32'), 1);
  const sums = tf.add(
    tf.matMul(weeks, weights.get(SEQUENCE_WEIGHT) as TensorFlow.Tensor2D),
    weights.get(SEQUENCE_BIAS)!,
  ) as TensorFlow.Tensor2D;
  return learner.tensorLogits(tf, weightsWithoutUnits(weights), joined(tf, inputs, silu(tf)(sums)), activate);
}

/** Both, next to each other, with a gradient for the learnt ones only. */
function joined(
  tf: typeof TensorFlow,
  inputs: TensorFlow.Tensor2D,
  learnt: TensorFlow.Tensor2D,
): TensorFlow.Tensor2D {
  const join = tf.customGrad((given) => ({
    value: tf.concat([inputs, given as TensorFlow.Tensor2D], 1),
    gradFunc: (upstream: TensorFlow.Tensor) =>
      tf.slice(upstream as TensorFlow.Tensor2D, [0, inputs.shape[1]], learnt.shape),
  }));
  return join(learnt) as TensorFlow.Tensor2D;
}
