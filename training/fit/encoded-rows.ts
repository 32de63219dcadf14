import type { HazardTargets } from './hazard-targets.ts';

/** Encoded inputs (rows × inputs) and what happened to each row. */
export interface EncodedRows {
  readonly inputs: Float32Array;
  readonly targets: HazardTargets;
  /** Which feature each input belongs to. */
  readonly encodingOfInput: Int32Array;
  /** Whether an input is a piece or a level of its feature, in order, and may enter products. */
  readonly isPiece: readonly boolean[];
}
