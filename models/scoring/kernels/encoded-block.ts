import { type InputTerms, inputTerms } from './input-terms.ts';

/** Encoded rows, with what every network that reads them needs of them. */
export interface EncodedBlock {
  /** rows × inputs; not to be changed. */
  readonly inputs: Float32Array;
  readonly rowCount: number;
  /** Found when a network first asks. */
  readonly terms: InputTerms;
}

export function encodedBlock(inputs: Float32Array, rowCount: number): EncodedBlock {
  let terms: InputTerms | undefined;
  return {
    inputs,
    rowCount,
    get terms() {
      terms ??= inputTerms(inputs, rowCount);
      return terms;
    },
  };
}
