import { type Weights, weightNamed } from '../../models/families/family.ts';
import { inputsOfUnit, PAIR_LEFT, PAIR_RIGHT, PAIR_UNIT, PAIR_WEIGHT } from '../../models/families/gam.ts';
import { linearNetwork } from '../../models/families/linear-network.ts';
import { encodedBlock } from '../../models/scoring/kernels/encoded-block.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';
import type { Activation } from '../fit/activation.ts';
import type { EncodedRows } from '../fit/encoded-rows.ts';
import type { Learner } from '../fit/learner.ts';
import { signBounds, type WeightBounds } from '../fit/weight-bounds.ts';
import { linearLearner } from './linear-learner.ts';
import { strongestPairs } from './strongest-pairs.ts';

/** Learns the straight pieces first, then products for the pairs that explain most of what is left. */
export const gamLearner: Learner = {
  ...linearLearner,
  encoding: { piecewiseBins: 8, linear: true, rareRows: 20, maximumLevels: 64 },
  training: {
    learningRate: 6e-3,
    weightDecay: 2e-3,
    batchRows: 1024,
    epochs: 12,
    patience: 3,
    dropout: 0,
  },
  grow: growPairs,
  bounds,
  isTrained: (weight) => weight !== PAIR_UNIT && weight !== PAIR_LEFT && weight !== PAIR_RIGHT,
  tensorLogits,
};

function growPairs(weights: Weights, training: EncodedRows): Weights | undefined {
  const logits = linearNetwork(weights).logits(encodedBlock(training.inputs, training.targets.rowCount));
  const pairs = strongestPairs(training, logits);
  if (pairs.left.length === 0) return undefined;
  const { intervals } = training.targets;
  const indices = (values: ArrayLike<number>) => ({
    shape: [values.length],
    values: Float32Array.from(values),
  });
  return new Map([
    ...weights,
    [PAIR_UNIT, indices(pairs.unitOfInput)],
    [PAIR_LEFT, indices(pairs.left)],
    [PAIR_RIGHT, indices(pairs.right)],
    [
      PAIR_WEIGHT,
      { shape: [pairs.left.length, intervals], values: new Float32Array(pairs.left.length * intervals) },
    ],
  ]);
}

/**
 * Pieces and levels are never below 0, so a product goes with a unit as its weight says: it may go neither against the
 * direction of the one nor against that of the other.
 */
function bounds(weights: Weights, directionOfInput: Int8Array): WeightBounds {
  const ofPieces = linearLearner.bounds!(weights, directionOfInput);
  if (!weights.has(PAIR_WEIGHT)) return ofPieces;
  const unitOfInput = weightNamed(weights, PAIR_UNIT).values;
  const [left, right] = [PAIR_LEFT, PAIR_RIGHT].map((side) =>
    Array.from(weightNamed(weights, side).values, (unit) => directionOfInput[unitOfInput.indexOf(unit)]!),
  ) as [number[], number[]];
  const ofProducts = signBounds(
    left.length,
    (product) => left[product]! <= 0 && right[product]! <= 0,
    (product) => left[product]! >= 0 && right[product]! >= 0,
  );
  return new Map([...ofPieces, [PAIR_WEIGHT, ofProducts]]);
}

function tensorLogits(
  tf: typeof TensorFlow,
  weights: ReadonlyMap<string, TensorFlow.Tensor>,
  inputs: TensorFlow.Tensor2D,
  activate: Activation,
): TensorFlow.Tensor2D {
  const main = linearLearner.tensorLogits(tf, weights, inputs, activate);
  const pairWeights = weights.get(PAIR_WEIGHT) as TensorFlow.Tensor2D | undefined;
  if (pairWeights === undefined) return main;
  const unitOfInput = weights.get(PAIR_UNIT)!.dataSync();
  const side = (name: string): TensorFlow.Tensor2D => {
    const unitOfProduct = weights.get(name)!.dataSync();
    return tf.matMul(
      inputs,
      tf.tensor2d(meanOfUnit(unitOfInput, unitOfProduct), [inputs.shape[1], unitOfProduct.length]),
    );
  };
  return tf.add(main, tf.matMul(tf.mul(side(PAIR_LEFT), side(PAIR_RIGHT)), pairWeights));
}

/** inputs × products: averages, for each product, the inputs of its unit. */
function meanOfUnit(unitOfInput: ArrayLike<number>, unitOfProduct: ArrayLike<number>): Float32Array {
  const matrix = new Float32Array(unitOfInput.length * unitOfProduct.length);
  for (let product = 0; product < unitOfProduct.length; product++) {
    const inputs = inputsOfUnit(unitOfInput, unitOfProduct[product]!);
    for (const input of inputs) matrix[input * unitOfProduct.length + product] = 1 / inputs.length;
  }
  return matrix;
}
