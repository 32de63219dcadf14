import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../../training/backends/backend.ts';
import { silu } from '../../training/fit/activation.ts';
import type { EncodedRows } from '../../training/fit/fit-network.ts';
import type { Activation, Family, Network, NetworkPath, Weight, Weights } from './family.ts';
import { SEQUENCE_BIAS, SEQUENCE_INPUT, SEQUENCE_WEIGHT, sequenceUnits } from './sequence-units.ts';

const UNITS = 8;

/**
 * A family that also reads learnt features of weekly counts: SiLU units over the scaled counts, trained with all else,
 * stand beside the encoded inputs. Weights that hold no units are the family's own, so one family reads both kinds.
 *
 * @param weeklyInputs positions among the inputs that new weights are to read; none leaves the family as it is
 */
export function withSequence(family: Family, weeklyInputs: readonly number[] = []): Family {
  const { grow } = family;
  return {
    ...family,
    initialise: (shape, baseLogits, random) => {
      if (weeklyInputs.length === 0) return family.initialise(shape, baseLogits, random);
      const inner = family.initialise({ ...shape, inputs: shape.inputs + UNITS }, baseLogits, random);
      return new Map([...inner, ...initialUnits(weeklyInputs, random)]);
    },
    ...(grow === undefined ? {} : { grow: (weights, training) => growInner(grow, weights, training) }),
    isTrained: (weight) => weight !== SEQUENCE_INPUT && (family.isTrained?.(weight) ?? true),
    tensorLogits: (tf, weights, inputs, activate) => tensorLogits(tf, family, weights, inputs, activate),
    network: (weights) => (weights.has(SEQUENCE_INPUT) ? network(family, weights) : family.network(weights)),
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
  grow: NonNullable<Family['grow']>,
  weights: Weights,
  training: EncodedRows,
): Weights | undefined {
  if (!weights.has(SEQUENCE_INPUT)) return grow(weights, training);
  const units = sequenceUnits(weights);
  const { encodingOfInput, isPiece } = training;
  const grown = grow(innerWeights(weights), {
    ...training,
    inputs: units.extend(training.inputs, training.targets.rowCount),
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
  family: Family,
  weights: ReadonlyMap<string, TensorFlow.Tensor>,
  inputs: TensorFlow.Tensor2D,
  activate: Activation,
): TensorFlow.Tensor2D {
  const read = weights.get(SEQUENCE_INPUT);
  if (read === undefined) return family.tensorLogits(tf, weights, inputs, activate);
  const weeks = tf.gather(inputs, tf.tensor1d(read.dataSync(), 'int32'), 1);
  const sums = tf.add(
    tf.matMul(weeks, weights.get(SEQUENCE_WEIGHT) as TensorFlow.Tensor2D),
    weights.get(SEQUENCE_BIAS)!,
  ) as TensorFlow.Tensor2D;
  return family.tensorLogits(tf, innerWeights(weights), beside(tf, inputs, silu(tf)(sums)), activate);
}

/** Both side by side, with a gradient for the learnt ones only. */
function beside(
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

function innerWeights<Value>(weights: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...weights].filter(([name]) => !name.startsWith('sequence/')));
}

function network(family: Family, weights: Weights): Network {
  const inner = family.network(innerWeights(weights));
  const units = sequenceUnits(weights);
  const inputWidth = inner.shape.inputs - units.count;

  // The inner network keeps what it worked out for a block by the block itself, so the same one must get the same.
  const extended = new WeakMap<Float32Array, Float32Array>();
  function extend(inputs: Float32Array, rowCount: number): Float32Array {
    const known = extended.get(inputs) ?? units.extend(inputs, rowCount);
    extended.set(inputs, known);
    return known;
  }

  /**
   * The inner family walks straight from its start to its end, learnt features included; what those contribute then
   * goes to the weeks that moved them.
   */
  function pathFrom(start: Float32Array, inputs: Float32Array, rowCount: number): NetworkPath {
    const innerStart = extend(start, start.length / inputWidth);
    const innerEnd = extend(inputs, rowCount);
    const path = inner.pathFrom(innerStart, innerEnd, rowCount);
    const startStride = innerStart.length === innerEnd.length ? inner.shape.inputs : 0;

    function contribute(
      contributions: Float64Array,
      slotOfInput: Int32Array,
      slotCount: number,
      scale: number,
    ): void {
      const innerSlots = slotCount + units.count;
      const parts = new Float64Array(rowCount * innerSlots);
      const unitSlots = Array.from({ length: units.count }, (_, unit) => slotCount + unit);
      path.contribute(parts, Int32Array.from([...slotOfInput, ...unitSlots]), innerSlots, scale);
      for (let row = 0; row < rowCount; row++)
        for (let slot = 0; slot < slotCount; slot++)
          contributions[row * slotCount + slot]! += parts[row * innerSlots + slot]!;

      const gradientOf = (row: number, unit: number): number => {
        const at = inputWidth + unit;
        const moved = innerEnd[row * inner.shape.inputs + at]! - innerStart[row * startStride + at]!;
        return moved === 0 ? 0 : parts[row * innerSlots + slotCount + unit]! / moved;
      };
      units.distribute(start, inputs, rowCount, gradientOf, (row, input, part) => {
        contributions[row * slotCount + slotOfInput[input]!]! += part;
      });
    }

    return { logitsAt: path.logitsAt, accumulate: path.accumulate, contribute };
  }

  return {
    shape: { inputs: inputWidth, intervals: inner.shape.intervals },
    logits: (inputs, rowCount) => inner.logits(extend(inputs, rowCount), rowCount),
    pathFrom,
  };
}
