import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../../training/backends/backend.ts';
import type { EncodedRows } from '../../training/fit/fit-network.ts';
import type { EncoderOptions } from '../encoding/encoder.ts';

/** One weight tensor, row-major. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A family's weights by name; everything that training decides. */
export type Weights = ReadonlyMap<string, Weight>;

export interface TrainingOptions {
  readonly learningRate: number;
  /** Share of every weight matrix taken off per step, in units of the learning rate (decoupled, as in AdamW). */
  readonly weightDecay: number;
  readonly batchRows: number;
  /** Epochs planned for large tables; small ones get more. */
  readonly epochs: number;
  /** Epochs without a better validation loss before training stops, at least. */
  readonly patience: number;
  /** Chance that a hidden unit is silent for one batch. */
  readonly dropout: number;
}

export interface Shape {
  readonly inputs: number;
  readonly intervals: number;
}

/** SiLU, and in training a fresh dropout mask after it. */
export type Activation = (sums: TensorFlow.Tensor2D) => TensorFlow.Tensor2D;

/**
 * A kind of model that turns encoded inputs into hazard log-odds, one per interval.
 * It is described twice, as a tensor graph that TensorFlow.js can differentiate and as typed arrays that scoring runs;
 * the common checks hold the two to the same numbers.
 */
export interface Family {
  readonly name: string;
  readonly encoding: EncoderOptions;
  readonly training: TrainingOptions;
  /** Log-odds per row and interval: each submodel has its own loss, and the mean of their hazards is the score. */
  readonly submodels: number;
  initialise(shape: Shape, baseLogits: Float64Array, random: Random): Weights;
  /**
   * A second stage: weights with more to learn, found in what the first stage left unexplained; training goes on
   * from them. Undefined where there is nothing more to learn.
   */
  readonly grow?: (weights: Weights, training: EncodedRows) => Weights | undefined;
  /** Whether training moves a weight; all of them where this is left out. */
  readonly isTrained?: (weight: string) => boolean;
  /** rows × inputs → rows × (submodels · intervals), for training. */
  tensorLogits(
    tf: typeof TensorFlow,
    weights: ReadonlyMap<string, TensorFlow.Tensor>,
    inputs: TensorFlow.Tensor2D,
    activate: Activation,
  ): TensorFlow.Tensor2D;
  /** The fitted network on typed arrays, for scoring. */
  network(weights: Weights): Network;
}

export interface Network {
  readonly shape: Shape;
  /** rows × inputs → rows × intervals. */
  logits(inputs: Float32Array, rowCount: number): Float64Array;
  /**
   * Straight lines in input space to every row, from one point (1 × inputs) or from one for each (rows × inputs).
   * The inputs must not change afterwards, and the network walks its latest path alone.
   */
  pathFrom(start: Float32Array, inputs: Float32Array, rowCount: number): NetworkPath;
}

/**
 * Integrated gradients along a straight line: walk it, hand back at each stop how much the output depends
 * on every log-odds there, then read off what each input contributed.
 */
export interface NetworkPath {
  /** Log-odds (rows × intervals) at a fraction of the way; the place where the next `accumulate` applies, except at 0. */
  logitsAt(fraction: number): Float64Array;
  /** Adds `weight` × the gradient at the current place, given d output / d log-odds (rows × intervals). */
  accumulate(upstream: Float64Array, weight: number): void;
  /**
   * Adds scale × (mean gradient × displacement) of each input to `contributions` (rows × slotCount),
   * in the slot that `slotOfInput` names.
   */
  contribute(contributions: Float64Array, slotOfInput: Int32Array, slotCount: number, scale: number): void;
}

/** @throws Error when a weight is absent: artefacts are verified before they get here, so this is a defect */
export function weightNamed(weights: Weights, name: string): Weight {
  const weight = weights.get(name);
  if (weight === undefined) throw new Error(`weight ${name} is missing`);
  return weight;
}
