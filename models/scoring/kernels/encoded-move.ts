import type { EncodedBlock } from './encoded-block.ts';
import { type MoveTerms, moveTerms } from './move-terms.ts';

/** A straight line in input space to every row of a block, and the slots among which its effect is shared out. */
export interface EncodedMove {
  /** One row for all lines, or one for each. */
  readonly start: EncodedBlock;
  readonly end: EncodedBlock;
  /** The slot of each input. */
  readonly slotOfInput: Int32Array;
  readonly slotCount: number;
  /** Found when a network first asks. */
  readonly terms: MoveTerms;
}

export function encodedMove(
  start: EncodedBlock,
  end: EncodedBlock,
  slotOfInput: Int32Array,
  slotCount: number,
): EncodedMove {
  let terms: MoveTerms | undefined;
  return {
    start,
    end,
    slotOfInput,
    slotCount,
    get terms() {
      terms ??= moveTerms(start.inputs, end.inputs, slotOfInput, end.rowCount);
      return terms;
    },
  };
}
