import { LONGEST_SINGLY, RUNNING_INPUTS, VECTOR_BYTES } from './vector-table.ts';

/**
 * Encoded rows as the few vectors that their first-layer sums are made of. Most inputs are 0, and many of the others lie in
 * runs of ones (every bin below a value is full), whose sum is the difference of two running sums. With 12 bins that is 4
 * vectors per feature instead of 13.
 */
export interface InputTerms {
  /** Per row: how many vectors to add, to take away and to scale, then those vectors; with the last kind, their factors. */
  readonly words: Int32Array;
  /** Where each row begins in `words`, and where the last one ends. */
  readonly starts: Int32Array;
}

/** Terms of rows × inputs, in the vectors of `vectorTable`. */
export function inputTerms(inputs: Float32Array, rowCount: number): InputTerms {
  const width = inputs.length / rowCount;
  const starts = new Int32Array(rowCount + 1);
  // No run is longer in words than in inputs, and a scaled input takes two.
  const words = new Int32Array(rowCount * (3 + 2 * width));
  const floats = new Float32Array(words.buffer);
  const takenAway = new Int32Array(width);
  const scaledAt = new Int32Array(width);
  let at = 0;
  for (let row = 0; row < rowCount; row++) {
    const head = at;
    const first = row * width;
    starts[row] = head;
    at += 3;
    let takenAwayCount = 0;
    let scaledCount = 0;
    for (let input = 0; input < width; input++) {
      const value = inputs[first + input]!;
      if (value === 0) continue;
      if (value !== 1) {
        scaledAt[scaledCount++] = input;
        continue;
      }
      let end = input + 1;
      const limit = Math.min(width, input - (input % RUNNING_INPUTS) + RUNNING_INPUTS);
      while (end < limit && inputs[first + end] === 1) end++;
      if (end - input <= LONGEST_SINGLY) {
        for (; input < end; input++) words[at++] = input * VECTOR_BYTES;
      } else {
        words[at++] = (width + end - 1) * VECTOR_BYTES;
        if (input % RUNNING_INPUTS !== 0) takenAway[takenAwayCount++] = (width + input - 1) * VECTOR_BYTES;
      }
      input = end - 1;
    }
    words[head] = at - head - 3;
    words[head + 1] = takenAwayCount;
    words[head + 2] = scaledCount;
    for (let index = 0; index < takenAwayCount; index++) words[at++] = takenAway[index]!;
    for (let index = 0; index < scaledCount; index++) {
      words[at++] = scaledAt[index]! * VECTOR_BYTES;
      floats[at++] = inputs[first + scaledAt[index]!]!;
    }
  }
  starts[rowCount] = at;
  return { words: words.subarray(0, at), starts };
}
