/**
 * Encoded rows as the few vectors that their first-layer sums are made of. Most inputs are 0, and many of the others lie in
 * runs of ones (every bin below a value is full), whose sum is the difference of two running sums. With 12 bins that is 4
 * vectors per feature instead of 13.
 *
 * The vectors are the weights of each input and then, for each input, the running sum of weights up to and with it; that
 * starts anew every 64 inputs, so that 32 bits hold it.
 */
export interface InputTerms {
  /** Per row: how many vectors to add, to take away and to scale, then those vectors; with the last kind, their factors. */
  readonly words: Int32Array;
  /** Where each row begins in `words`, and where the last one ends. */
  readonly starts: Int32Array;
}

/** The same for the way that each input went from a start: each term is a vector, its factor and the slot it counts for. */
export interface MoveTerms {
  readonly offsets: Int32Array;
  readonly factors: Float64Array;
  readonly slots: Int32Array;
  /** Where each row begins, a multiple of 4, and where the last one ends. */
  readonly starts: Int32Array;
}

/** Bytes from one vector to the next, within a tile of 32 units. */
const VECTOR_BYTES = 128;

const RUNNING_INPUTS = 64;

/** Runs this short cost no more one by one. */
const LONGEST_SINGLY = 2;

/** The vectors for weights (inputs × units), tile by tile: units / 32 × vectors × 32. */
export function vectorTable(weights: Float64Array, units: number): Float32Array {
  const inputs = weights.length / units;
  const table = new Float32Array(2 * weights.length);
  const tileUnits = VECTOR_BYTES / 4;
  for (let unit = 0; unit < units; unit++) {
    const tile = Math.floor(unit / tileUnits) * 2 * inputs;
    let running = 0;
    for (let input = 0; input < inputs; input++) {
      const weight = weights[input * units + unit]!;
      running = input % RUNNING_INPUTS === 0 ? weight : running + weight;
      table[(tile + input) * tileUnits + (unit % tileUnits)] = weight;
      table[(tile + inputs + input) * tileUnits + (unit % tileUnits)] = running;
    }
  }
  return table;
}

const termsByInputs = new WeakMap<Float32Array, InputTerms>();

/** Terms of a block of encoded rows, which are worked out once for all networks that read it and must not change then. */
export function inputTerms(inputs: Float32Array, rowCount: number): InputTerms {
  let terms = termsByInputs.get(inputs);
  if (terms === undefined) {
    terms = findInputTerms(inputs, rowCount);
    termsByInputs.set(inputs, terms);
  }
  return terms;
}

function findInputTerms(inputs: Float32Array, rowCount: number): InputTerms {
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

interface Move {
  readonly start: Float32Array;
  readonly slotOfInput: Int32Array;
  readonly terms: MoveTerms;
}

const lastMoveByInputs = new WeakMap<Float32Array, Move>();

/** Terms of the way from `start` (one row for all, or one for each) to a block of encoded rows, worked out once as well. */
export function moveTerms(
  start: Float32Array,
  inputs: Float32Array,
  slotOfInput: Int32Array,
  rowCount: number,
): MoveTerms {
  const last = lastMoveByInputs.get(inputs);
  if (last !== undefined && last.start === start && last.slotOfInput === slotOfInput) return last.terms;
  const terms = findMoveTerms(start, inputs, slotOfInput, rowCount);
  lastMoveByInputs.set(inputs, { start, slotOfInput, terms });
  return terms;
}

function findMoveTerms(
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
