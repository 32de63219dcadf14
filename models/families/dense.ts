import type { EncodedMove } from '../scoring/kernels/encoded-move.ts';

/**
 * inputs · weights + bias on typed arrays: rows × inputWidth → rows × outputWidth.
 * Sums are 64-bit. Zero inputs are skipped, since most encoded inputs are, and the others taken four at a time,
 * which halves the time on dense ones.
 */
export function dense(
  inputs: Float32Array | Float64Array,
  rowCount: number,
  weights: Float64Array,
  bias: Float64Array,
): Float64Array {
  const outputWidth = bias.length;
  const inputWidth = weights.length / outputWidth;
  const outputs = new Float64Array(rowCount * outputWidth);
  const values = new Float64Array(inputWidth);
  const starts = new Int32Array(inputWidth);
  for (let row = 0; row < rowCount; row++) {
    const out = row * outputWidth;
    outputs.set(bias, out);
    let count = 0;
    for (let input = 0; input < inputWidth; input++) {
      const value = inputs[row * inputWidth + input]!;
      if (value === 0) continue;
      values[count] = value;
      starts[count++] = input * outputWidth;
    }
    let next = 0;
    for (; next + 3 < count; next += 4) {
      const a = values[next]!;
      const b = values[next + 1]!;
      const c = values[next + 2]!;
      const d = values[next + 3]!;
      const fromA = starts[next]!;
      const fromB = starts[next + 1]!;
      const fromC = starts[next + 2]!;
      const fromD = starts[next + 3]!;
      for (let unit = 0; unit < outputWidth; unit++)
        outputs[out + unit] =
          outputs[out + unit]! +
          a * weights[fromA + unit]! +
          b * weights[fromB + unit]! +
          c * weights[fromC + unit]! +
          d * weights[fromD + unit]!;
    }
    for (; next < count; next++) {
      const value = values[next]!;
      const from = starts[next]!;
      for (let unit = 0; unit < outputWidth; unit++) outputs[out + unit]! += value * weights[from + unit]!;
    }
  }
  return outputs;
}

/** Values a fraction of the way from `start` (one row for all, or one for each) to each row of `end`. */
export function between(start: Float64Array, end: Float64Array, fraction: number): Float64Array {
  const values = new Float64Array(end.length);
  for (let cell = 0, from = 0; cell < end.length; cell++) {
    values[cell] = start[from]! + fraction * (end[cell]! - start[from]!);
    if (++from === start.length) from = 0;
  }
  return values;
}

/**
 * The last step of integrated gradients through a first layer: for each input that moved,
 * (weights · mean gradient) × displacement, added to its slot.
 *
 * @param meanGradients rows × outputs of the layer
 * @param contributions rows × slots
 */
export function contributeThrough(
  weights: Float64Array,
  meanGradients: Float64Array,
  { start, end, slotOfInput, slotCount }: EncodedMove,
  contributions: Float64Array,
  scale: number,
): void {
  const inputWidth = slotOfInput.length;
  const outputWidth = weights.length / inputWidth;
  const { inputs, rowCount } = end;
  const startInputs = start.inputs;
  const oneStart = start.rowCount === 1;
  for (let row = 0; row < rowCount; row++) {
    for (let input = 0; input < inputWidth; input++) {
      const cell = row * inputWidth + input;
      const displacement = inputs[cell]! - startInputs[oneStart ? input : cell]!;
      if (displacement === 0) continue;
      let gradient = 0;
      for (let unit = 0; unit < outputWidth; unit++)
        gradient += meanGradients[row * outputWidth + unit]! * weights[input * outputWidth + unit]!;
      contributions[row * slotCount + slotOfInput[input]!]! += scale * gradient * displacement;
    }
  }
}
