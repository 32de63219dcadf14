// AssemblyScript, not TypeScript: compiled to scoring-kernels.wasm by `npm run wasm:compile`. Pointers are bytes, counts are cells.
// Every row's sums are taken in an order that depends on the row alone, and nothing is fused or relaxed, so a row comes out
// to the same bits beside any others and on every machine.

/** Units of the first layer that are worked on at a time: their sums stay in registers, their weights in the cache. */
const TILE: i32 = 32;
const TILE_BYTES: usize = 128;

/**
 * out (rows × units) = bias + the vectors that each row's terms name. `table` holds, tile by tile, `vectors` × 32 numbers.
 * A row's terms: how many to add, to take away and to scale; then their vectors as byte offsets into a tile, those to scale
 * each with its factor.
 */
export function addTerms(
  table: usize,
  vectors: i32,
  bias: usize,
  terms: usize,
  termsOfRow: usize,
  out: usize,
  rows: i32,
  units: i32,
): void {
  const tileBytes = <usize>vectors * TILE_BYTES;
  for (let unit = 0; unit < units; unit += TILE) {
    for (let row = 0; row < rows; row++) {
      let at = terms + bytes(load<i32>(termsOfRow + bytes(row)));
      let sum0 = v128.load(bias);
      let sum1 = v128.load(bias, 16);
      let sum2 = v128.load(bias, 32);
      let sum3 = v128.load(bias, 48);
      let sum4 = v128.load(bias, 64);
      let sum5 = v128.load(bias, 80);
      let sum6 = v128.load(bias, 96);
      let sum7 = v128.load(bias, 112);
      const added = at + 12 + bytes(load<i32>(at));
      const takenAway = added + bytes(load<i32>(at, 4));
      const scaled = takenAway + bytes(2 * load<i32>(at, 8));
      at += 12;
      for (; at < added; at += 4) {
        const from = table + <usize>load<u32>(at);
        sum0 = f32x4.add(sum0, v128.load(from));
        sum1 = f32x4.add(sum1, v128.load(from, 16));
        sum2 = f32x4.add(sum2, v128.load(from, 32));
        sum3 = f32x4.add(sum3, v128.load(from, 48));
        sum4 = f32x4.add(sum4, v128.load(from, 64));
        sum5 = f32x4.add(sum5, v128.load(from, 80));
        sum6 = f32x4.add(sum6, v128.load(from, 96));
        sum7 = f32x4.add(sum7, v128.load(from, 112));
      }
      for (; at < takenAway; at += 4) {
        const from = table + <usize>load<u32>(at);
        sum0 = f32x4.sub(sum0, v128.load(from));
        sum1 = f32x4.sub(sum1, v128.load(from, 16));
        sum2 = f32x4.sub(sum2, v128.load(from, 32));
        sum3 = f32x4.sub(sum3, v128.load(from, 48));
        sum4 = f32x4.sub(sum4, v128.load(from, 64));
        sum5 = f32x4.sub(sum5, v128.load(from, 80));
        sum6 = f32x4.sub(sum6, v128.load(from, 96));
        sum7 = f32x4.sub(sum7, v128.load(from, 112));
      }
      for (; at < scaled; at += 8) {
        const from = table + <usize>load<u32>(at);
        const factor = v128.load32_splat(at, 4);
        sum0 = f32x4.add(sum0, f32x4.mul(factor, v128.load(from)));
        sum1 = f32x4.add(sum1, f32x4.mul(factor, v128.load(from, 16)));
        sum2 = f32x4.add(sum2, f32x4.mul(factor, v128.load(from, 32)));
        sum3 = f32x4.add(sum3, f32x4.mul(factor, v128.load(from, 48)));
        sum4 = f32x4.add(sum4, f32x4.mul(factor, v128.load(from, 64)));
        sum5 = f32x4.add(sum5, f32x4.mul(factor, v128.load(from, 80)));
        sum6 = f32x4.add(sum6, f32x4.mul(factor, v128.load(from, 96)));
        sum7 = f32x4.add(sum7, f32x4.mul(factor, v128.load(from, 112)));
      }
      const to = out + bytes(row) * <usize>units + bytes(unit);
      v128.store(to, sum0);
      v128.store(to, sum1, 16);
      v128.store(to, sum2, 32);
      v128.store(to, sum3, 48);
      v128.store(to, sum4, 64);
      v128.store(to, sum5, 80);
      v128.store(to, sum6, 96);
      v128.store(to, sum7, 112);
    }
    table += tileBytes;
    bias += TILE_BYTES;
  }
}

/**
 * out[term] = gradient of the term's row (rows × units) · the vector that the term names; the way back of `addTerms`.
 * `offsets` holds one byte offset into a tile per term; `termsOfRow` (rows + 1) says where each row's begin, a multiple of 4.
 */
export function projectOnTerms(
  table: usize,
  vectors: i32,
  gradients: usize,
  offsets: usize,
  termsOfRow: usize,
  out: usize,
  rows: i32,
  units: i32,
): void {
  const tileBytes = <usize>vectors * TILE_BYTES;
  memory.fill(out, 0, bytes(load<i32>(termsOfRow + bytes(rows))));
  for (let unit = 0; unit < units; unit += TILE) {
    for (let row = 0; row < rows; row++) {
      const from = gradients + bytes(row) * <usize>units + bytes(unit);
      const gradient0 = v128.load(from);
      const gradient1 = v128.load(from, 16);
      const gradient2 = v128.load(from, 32);
      const gradient3 = v128.load(from, 48);
      const gradient4 = v128.load(from, 64);
      const gradient5 = v128.load(from, 80);
      const gradient6 = v128.load(from, 96);
      const gradient7 = v128.load(from, 112);
      let at = bytes(load<i32>(termsOfRow + bytes(row)));
      const end = bytes(load<i32>(termsOfRow + bytes(row), 4));
      for (; at < end; at += 16) {
        const a = table + <usize>load<u32>(offsets + at);
        const b = table + <usize>load<u32>(offsets + at, 4);
        const c = table + <usize>load<u32>(offsets + at, 8);
        const d = table + <usize>load<u32>(offsets + at, 12);
        let sumA = f32x4.mul(gradient0, v128.load(a));
        let sumB = f32x4.mul(gradient0, v128.load(b));
        let sumC = f32x4.mul(gradient0, v128.load(c));
        let sumD = f32x4.mul(gradient0, v128.load(d));
        sumA = f32x4.add(sumA, f32x4.mul(gradient1, v128.load(a, 16)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient1, v128.load(b, 16)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient1, v128.load(c, 16)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient1, v128.load(d, 16)));
        sumA = f32x4.add(sumA, f32x4.mul(gradient2, v128.load(a, 32)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient2, v128.load(b, 32)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient2, v128.load(c, 32)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient2, v128.load(d, 32)));
        sumA = f32x4.add(sumA, f32x4.mul(gradient3, v128.load(a, 48)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient3, v128.load(b, 48)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient3, v128.load(c, 48)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient3, v128.load(d, 48)));
        sumA = f32x4.add(sumA, f32x4.mul(gradient4, v128.load(a, 64)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient4, v128.load(b, 64)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient4, v128.load(c, 64)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient4, v128.load(d, 64)));
        sumA = f32x4.add(sumA, f32x4.mul(gradient5, v128.load(a, 80)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient5, v128.load(b, 80)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient5, v128.load(c, 80)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient5, v128.load(d, 80)));
        sumA = f32x4.add(sumA, f32x4.mul(gradient6, v128.load(a, 96)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient6, v128.load(b, 96)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient6, v128.load(c, 96)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient6, v128.load(d, 96)));
        sumA = f32x4.add(sumA, f32x4.mul(gradient7, v128.load(a, 112)));
        sumB = f32x4.add(sumB, f32x4.mul(gradient7, v128.load(b, 112)));
        sumC = f32x4.add(sumC, f32x4.mul(gradient7, v128.load(c, 112)));
        sumD = f32x4.add(sumD, f32x4.mul(gradient7, v128.load(d, 112)));
        v128.store(out + at, f32x4.add(v128.load(out + at), sumsOf(sumA, sumB, sumC, sumD)));
      }
    }
    table += tileBytes;
  }
}

/** The sum of each operand's lanes. */
// @ts-expect-error: decorator
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(
    v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    v128.shuffle<f32>(a, b, 2, 6, 3, 7),
  );
  const cd = f32x4.add(
    v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    v128.shuffle<f32>(c, d, 2, 6, 3, 7),
  );
  return f32x4.add(
    v128.shuffle<f32>(ab, cd, 0, 1, 4, 5),
    v128.shuffle<f32>(ab, cd, 2, 3, 6, 7),
  );
}

/** out = start + fraction × (end - start), rows × width; `startStride` is 0 where one start serves all rows. */
export function between(
  start: usize,
  startStride: i32,
  end: usize,
  fraction: f32,
  out: usize,
  rows: i32,
  width: i32,
): void {
  const share = f32x4.splat(fraction);
  const rowBytes = bytes(width);
  for (let row = 0; row < rows; row++) {
    for (let cell: usize = 0; cell < rowBytes; cell += 16) {
      const from = v128.load(start + cell);
      v128.store(out + cell, f32x4.add(from, f32x4.mul(share, f32x4.sub(v128.load(end + cell), from))));
    }
    start += bytes(startStride);
    end += rowBytes;
    out += rowBytes;
  }
}

/**
 * SiLU of `cells` sums, a multiple of 4, and its slopes where `slopes` is not 0. The exponential is the Cephes library's: a
 * power of two times a polynomial in what is left, right to two units in the last place.
 */
export function silu(sums: usize, active: usize, slopes: usize, cells: i32): void {
  const one = f32x4.splat(1);
  const size = bytes(cells);
  for (let cell: usize = 0; cell < size; cell += 16) {
    const sum = v128.load(sums + cell);
    const sigmoid = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(sum))));
    const value = f32x4.mul(sum, sigmoid);
    v128.store(active + cell, value);
    if (slopes != 0)
      v128.store(slopes + cell, f32x4.add(sigmoid, f32x4.mul(value, f32x4.sub(one, sigmoid))));
  }
}

// @ts-expect-error: decorator
@inline
function exp(x: v128): v128 {
  const clipped = f32x4.max(f32x4.min(x, f32x4.splat(87)), f32x4.splat(-87));
  // Adding 1.5 × 2²³ leaves the nearest whole number in the low bits.
  const shifter = f32x4.splat(12582912);
  const shifted = f32x4.add(f32x4.mul(clipped, f32x4.splat(1.44269504088896341)), shifter);
  const power = f32x4.sub(shifted, shifter);
  let rest = f32x4.sub(clipped, f32x4.mul(power, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(power, f32x4.splat(-2.12194440e-4)));
  let value = f32x4.add(f32x4.mul(f32x4.splat(1.9875691500e-4), rest), f32x4.splat(1.3981999507e-3));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(8.3334519073e-3));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(4.1665795894e-2));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(1.6666665459e-1));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(5.0000001201e-1));
  value = f32x4.add(f32x4.mul(value, f32x4.mul(rest, rest)), f32x4.add(rest, f32x4.splat(1)));
  return i32x4.add(value, i32x4.shl(shifted, 23));
}

/**
 * out (rows × columns) = left (rows × depth) · right + bias, or where `factors` is not 0, (left · right) × factors.
 * `right` holds, for eight columns after eight columns, depth × 8 numbers; rows are a multiple of 4, columns of 8.
 */
export function product(
  left: usize,
  right: usize,
  bias: usize,
  factors: usize,
  out: usize,
  rows: i32,
  depth: i32,
  columns: i32,
): void {
  const leftRow = bytes(depth);
  const outRow = bytes(columns);
  const panelBytes = bytes(8 * depth);
  for (let row = 0; row < rows; row += 4) {
    let panel = right;
    for (let column = 0; column < columns; column += 8) {
      let low = f32x4.splat(0);
      let high = low;
      if (bias != 0) {
        low = v128.load(bias + bytes(column));
        high = v128.load(bias + bytes(column), 16);
      }
      let sum00 = low;
      let sum01 = high;
      let sum10 = low;
      let sum11 = high;
      let sum20 = low;
      let sum21 = high;
      let sum30 = low;
      let sum31 = high;
      let first = left;
      let second = left + leftRow;
      let third = left + 2 * leftRow;
      let fourth = left + 3 * leftRow;
      const end = panel + panelBytes;
      for (let r = panel; r < end; r += 32) {
        const right0 = v128.load(r);
        const right1 = v128.load(r, 16);
        let value = v128.load32_splat(first);
        sum00 = f32x4.add(sum00, f32x4.mul(value, right0));
        sum01 = f32x4.add(sum01, f32x4.mul(value, right1));
        value = v128.load32_splat(second);
        sum10 = f32x4.add(sum10, f32x4.mul(value, right0));
        sum11 = f32x4.add(sum11, f32x4.mul(value, right1));
        value = v128.load32_splat(third);
        sum20 = f32x4.add(sum20, f32x4.mul(value, right0));
        sum21 = f32x4.add(sum21, f32x4.mul(value, right1));
        value = v128.load32_splat(fourth);
        sum30 = f32x4.add(sum30, f32x4.mul(value, right0));
        sum31 = f32x4.add(sum31, f32x4.mul(value, right1));
        first += 4;
        second += 4;
        third += 4;
        fourth += 4;
      }
      const cell = bytes(column);
      put(out + cell, factors, cell, sum00, sum01);
      put(out + cell + outRow, factors, cell + outRow, sum10, sum11);
      put(out + cell + 2 * outRow, factors, cell + 2 * outRow, sum20, sum21);
      put(out + cell + 3 * outRow, factors, cell + 3 * outRow, sum30, sum31);
      panel = end;
    }
    left += 4 * leftRow;
    out += 4 * outRow;
    if (factors != 0) factors += 4 * outRow;
  }
}

// @ts-expect-error: decorator
@inline
function put(to: usize, factors: usize, cell: usize, low: v128, high: v128): void {
  if (factors == 0) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else {
    v128.store(to, f32x4.mul(low, v128.load(factors + cell)));
    v128.store(to, f32x4.mul(high, v128.load(factors + cell, 16)), 16);
  }
}

/** out (rows × heads) = bias + the dot product of every head (heads × width) with its own submodel's units. */
export function heads(
  active: usize,
  weights: usize,
  bias: usize,
  out: usize,
  rows: i32,
  submodels: i32,
  headsPerSubmodel: i32,
  width: i32,
): void {
  const unitBytes = bytes(width);
  for (let row = 0; row < rows; row++) {
    let head = weights;
    let biasAt = bias;
    for (let submodel = 0; submodel < submodels; submodel++) {
      for (let index = 0; index < headsPerSubmodel; index++) {
        let sums = f32x4.splat(0);
        for (let cell: usize = 0; cell < unitBytes; cell += 16)
          sums = f32x4.add(sums, f32x4.mul(v128.load(active + cell), v128.load(head + cell)));
        f32.store(
          out,
          f32.load(biasAt) +
            (f32x4.extract_lane(sums, 0) +
              f32x4.extract_lane(sums, 1) +
              (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))),
        );
        head += unitBytes;
        biasAt += 4;
        out += 4;
      }
      active += unitBytes;
    }
  }
}

/** out (rows × submodels × width) = (every submodel's gradients · its heads) × slopes; the way back of `heads`. */
export function headsBack(
  gradients: usize,
  weights: usize,
  slopes: usize,
  out: usize,
  rows: i32,
  submodels: i32,
  headsPerSubmodel: i32,
  width: i32,
): void {
  const unitBytes = bytes(width);
  for (let row = 0; row < rows; row++) {
    let first = weights;
    for (let submodel = 0; submodel < submodels; submodel++) {
      for (let cell: usize = 0; cell < unitBytes; cell += 16) {
        let sums = f32x4.splat(0);
        let head = first + cell;
        for (let index = 0; index < headsPerSubmodel; index++) {
          sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(gradients + bytes(index)), v128.load(head)));
          head += unitBytes;
        }
        v128.store(out + cell, f32x4.mul(sums, v128.load(slopes + cell)));
      }
      gradients += bytes(headsPerSubmodel);
      first += unitBytes * <usize>headsPerSubmodel;
      slopes += unitBytes;
      out += unitBytes;
    }
  }
}

/** out += weight × values; cells are a multiple of 4. */
export function addScaled(values: usize, weight: f32, out: usize, cells: i32): void {
  const factor = f32x4.splat(weight);
  const size = bytes(cells);
  for (let cell: usize = 0; cell < size; cell += 16)
    v128.store(out + cell, f32x4.add(v128.load(out + cell), f32x4.mul(factor, v128.load(values + cell))));
}

// @ts-expect-error: decorator
@inline
function bytes(cells: i32): usize {
  return (<usize>cells) << 2;
}
