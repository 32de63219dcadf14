/** Bytes from one vector to the next, within a tile of 32 units. */
export const VECTOR_BYTES = 128;

/** Running sums start anew after this many inputs, so that 32 bits hold them. */
export const RUNNING_INPUTS = 64;

/** Runs of inputs this short cost no more one by one. */
export const LONGEST_SINGLY = 2;

/**
 * The vectors that the first layer's sums are made of: the weights of each input and then, for each input, the running sum
 * of weights up to and with it.
 *
 * @param weights inputs × units
 * @returns tile by tile: units / 32 × vectors × 32
 */
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
