import type { EncodedBlock } from '../scoring/kernels/encoded-block.ts';
import type { EncodedMove } from '../scoring/kernels/encoded-move.ts';

/** One weight tensor, row-major. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A family's weights by name; everything that training decides. */
export type Weights = ReadonlyMap<string, Weight>;

export interface Shape {
  readonly inputs: number;
  readonly intervals: number;
}

/**
 * A kind of model that turns encoded inputs into hazard log-odds, one per interval. This is the half that predicts, on
 * typed arrays; training holds the half that learns. Common checks hold the two to the same numbers.
 */
export interface Family {
  readonly name: string;
  /** @throws Error when the weights are not this family's */
  network(weights: Weights): Network;
}

/** Fitted weights, ready to predict. */
export interface Network {
  readonly shape: Shape;
  /** Hazard log-odds: rows × intervals. */
  logits(block: EncodedBlock): Float64Array;
  /** Reads a block whose scores are to be explained as well. */
  read(block: EncodedBlock): NetworkReading;
}

/** What a network keeps of one block, so that its scores and every path to them share the work. */
export interface NetworkReading {
  /** Hazard log-odds: rows × intervals; not to be changed. */
  logits(): Float64Array;
  /** @param move one that ends at the block that was read */
  pathAlong(move: EncodedMove): NetworkPath;
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
   * Ends the walk: adds scale × (mean gradient × displacement) of each input to `contributions` (rows × slots),
   * in the slot that the move names.
   */
  contribute(contributions: Float64Array, scale: number): void;
}

/** @throws Error when a weight is absent: artefacts are verified before they get here, so this is a defect */
export function weightNamed(weights: Weights, name: string): Weight {
  const weight = weights.get(name);
  if (weight === undefined) throw new Error(`weight ${name} is missing`);
  return weight;
}
