import type { EncoderOptions } from '../../models/encoding/encoder.ts';
import type { Shape, Weights } from '../../models/families/family.ts';
import type { Random } from '../../stats/seeded-random.ts';
import type { TensorFlow } from '../backends/tensorflow.ts';
import type { Activation } from './activation.ts';
import type { EncodedRows } from './encoded-rows.ts';
import type { WeightBounds } from './weight-bounds.ts';

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

/**
 * How a family learns its weights: the same function as the family's network, as a tensor graph that TensorFlow.js can
 * differentiate. Common checks hold the two to the same numbers.
 */
export interface Learner {
  readonly encoding: EncoderOptions;
  readonly training: TrainingOptions;
  /** Log-odds per row and interval: each submodel has its own loss, and the mean of their hazards is the score. */
  readonly submodels: number;
  /** Fits by time that differ by seed only and are averaged: networks vary with their seed and gain by it, lines do not. */
  readonly fitsByTime: number;
  initialise(shape: Shape, baseLogits: Float64Array, random: Random): Weights;
  /**
   * A second stage: weights with more to learn, found in what the first stage left unexplained; training goes on
   * from them. Undefined where there is nothing more to learn.
   */
  readonly grow?: (weights: Weights, training: EncodedRows) => Weights | undefined;
  /**
   * Between what weights have to stay so that the log-odds never go against a direction of an input; all inputs are in
   * the weights that are given. A learner without it cannot keep directions.
   */
  readonly bounds?: (weights: Weights, directionOfInput: Int8Array) => WeightBounds;
  /** Whether training moves a weight; all of them where this is left out. */
  readonly isTrained?: (weight: string) => boolean;
  /** rows × inputs → rows × (submodels · intervals). */
  tensorLogits(
    tf: typeof TensorFlow,
    weights: ReadonlyMap<string, TensorFlow.Tensor>,
    inputs: TensorFlow.Tensor2D,
    activate: Activation,
  ): TensorFlow.Tensor2D;
}
