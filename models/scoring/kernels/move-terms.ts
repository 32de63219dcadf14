import { LONGEST_SINGLY, RUNNING_INPUTS, VECTOR_BYTES } from './vector-table.ts';

/** How far each input moved from a start to its row: each term is a vector, its factor and the slot it counts for. */
export interface MoveTerms {
  readonly offsets: Int32Array;
  readonly factors: Float64Array;
  readonly slots: Int32Array;
  /** Where each row begins, a multiple of 4, and where the last one ends. */
  readonly starts: Int32Array;
}

/** @param start one row for all, or one for each */
export function moveTerms(
  start: Float32Array,
  inputs: Float32Array,
  slotOfInput: Int32Array,
  rowCount: number,
): MoveTerms {
  const width = slotOfInput.length;
  const startStride = start.length === width ? 0 : width;
  const starts = new Int32Array(rowCount + 1);
  const size = rowCount * (width + 4);
  const offsets = new Int32Array(size);
  const factors = new Float64Array(size);
  const slots = new Int32Array(size);
  const ways = new Float32Array(width);
  let at = 0;
  const add = (vector: number, factor: number, slot: number): void => {
    offsets[at] = vector * VECTOR_BYTES;
    factors[at] = factor;
    slots[at++] = slot;
  };
  for (let row = 0; row < rowCount; row++) {
    starts[row] = at;
    const first = row * width;
    const startFirst = row * startStride;
    for (let input = 0; input < width; input++)
      ways[input] = inputs[first + input]! - start[startFirst + input]!;
    for (let input = 0; input < width; input++) {
      const way = ways[input]!;
      if (way === 0) continue;
      const slot = slotOfInput[input]!;
      let end = input + 1;
      if (way === 1 || way === -1) {
        const limit = Math.min(width, input - (input % RUNNING_INPUTS) + RUNNING_INPUTS);
        while (end < limit && ways[end] === way && slotOfInput[end] === slot) end++;
      }
      if (end - input <= LONGEST_SINGLY) for (let one = input; one < end; one++) add(one, way, slot);
      else {
        add(width + end - 1, way, slot);
        if (input % RUNNING_INPUTS !== 0) add(width + input - 1, -way, slot);
      }
      input = end - 1;
    }
    // Four at a time; those that fill up count for nothing.
    while (at % 4 !== 0) add(0, 0, 0);
  }
  starts[rowCount] = at;
  return {
    offsets: offsets.subarray(0, at),
    factors: factors.subarray(0, at),
    slots: slots.subarray(0, at),
    starts,
  };
}
