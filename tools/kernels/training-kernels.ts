// AssemblyScript, not TypeScript: compiled to training-kernels.wasm by `npm run wasm:compile`. Pointers are bytes, counts are floats.

/** Depth that is packed and multiplied at a time: one panel of the left operand stays in the first-level cache. */
const DEPTH: i32 = 256;
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;

/** Floats of scratch that `product` needs for so many columns. */
export function productScratch(columns: i32): i32 {
  return DEPTH * (panelsOf(columns) * TILE_COLUMNS + TILE_ROWS);
}

/**
 * out (rows × columns, row-major) = left · right. Each operand has its own strides, so any transposition is the same work.
 * Both are packed so that the inner loop reads straight ahead and keeps a tile of 4 × 8 sums in registers.
 */
export function product(
  left: usize,
  leftRowStride: i32,
  leftDepthStride: i32,
  right: usize,
  rightDepthStride: i32,
  rightColumnStride: i32,
  out: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  scratch: usize,
): void {
  const panels = panelsOf(columns);
  const panelBytes = bytes(TILE_COLUMNS * DEPTH);
  const packedLeft = scratch + panelBytes * <usize>panels;
  const outRow = bytes(columns);
  if (depth == 0) memory.fill(out, 0, outRow * <usize>rows);
  for (let from = 0; from < depth; from += DEPTH) {
    const chunk = min(DEPTH, depth - from);
    const isFirst = from == 0;
    for (let panel = 0; panel < panels; panel++) {
      const column = panel * TILE_COLUMNS;
      pack(
        right + bytes(from) * <usize>rightDepthStride + bytes(column) * <usize>rightColumnStride,
        bytes(rightDepthStride),
        bytes(rightColumnStride),
        chunk,
        min(TILE_COLUMNS, columns - column),
        TILE_COLUMNS,
        scratch + panelBytes * <usize>panel,
      );
    }
    for (let row = 0; row < rows; row += TILE_ROWS) {
      const tileRows = min(TILE_ROWS, rows - row);
      pack(
        left + bytes(from) * <usize>leftDepthStride + bytes(row) * <usize>leftRowStride,
        bytes(leftDepthStride),
        bytes(leftRowStride),
        chunk,
        tileRows,
        TILE_ROWS,
        packedLeft,
      );
      for (let panel = 0; panel < panels; panel++) {
        const column = panel * TILE_COLUMNS;
        let l = packedLeft;
        let r = scratch + panelBytes * <usize>panel;
        let sum00 = f32x4.splat(0);
        let sum01 = f32x4.splat(0);
        let sum10 = f32x4.splat(0);
        let sum11 = f32x4.splat(0);
        let sum20 = f32x4.splat(0);
        let sum21 = f32x4.splat(0);
        let sum30 = f32x4.splat(0);
        let sum31 = f32x4.splat(0);
        for (let step = 0; step < chunk; step++) {
          const right0 = v128.load(r);
          const right1 = v128.load(r, 16);
          let value = v128.load32_splat(l);
          sum00 = f32x4.add(sum00, f32x4.mul(value, right0));
          sum01 = f32x4.add(sum01, f32x4.mul(value, right1));
          value = v128.load32_splat(l, 4);
          sum10 = f32x4.add(sum10, f32x4.mul(value, right0));
          sum11 = f32x4.add(sum11, f32x4.mul(value, right1));
          value = v128.load32_splat(l, 8);
          sum20 = f32x4.add(sum20, f32x4.mul(value, right0));
          sum21 = f32x4.add(sum21, f32x4.mul(value, right1));
          value = v128.load32_splat(l, 12);
          sum30 = f32x4.add(sum30, f32x4.mul(value, right0));
          sum31 = f32x4.add(sum31, f32x4.mul(value, right1));
          l += 16;
          r += 32;
        }
        const tileColumns = min(TILE_COLUMNS, columns - column);
        const to = out + outRow * <usize>row + bytes(column);
        put(to, sum00, sum01, tileColumns, isFirst);
        if (tileRows > 1) put(to + outRow, sum10, sum11, tileColumns, isFirst);
        if (tileRows > 2) put(to + 2 * outRow, sum20, sum21, tileColumns, isFirst);
        if (tileRows > 3) put(to + 3 * outRow, sum30, sum31, tileColumns, isFirst);
      }
    }
  }
}

/** out (outer × inner) = sums over the middle axis of values (outer × middle × inner). */
export function sumMiddle(values: usize, out: usize, outer: i32, middle: i32, inner: i32): void {
  const row = bytes(inner);
  for (let o = 0; o < outer; o++) {
    const to = out + row * <usize>o;
    memory.fill(to, 0, row);
    let from = values + row * <usize>middle * <usize>o;
    for (let m = 0; m < middle; m++) {
      let i = 0;
      for (; i + 4 <= inner; i += 4)
        v128.store(to + bytes(i), f32x4.add(v128.load(to + bytes(i)), v128.load(from + bytes(i))));
      for (; i < inner; i++) f32.store(to + bytes(i), f32.load(to + bytes(i)) + f32.load(from + bytes(i)));
      from += row;
    }
  }
}

/** out (outer) = sums over the last axis of values (outer × inner). */
export function sumLast(values: usize, out: usize, outer: i32, inner: i32): void {
  let from = values;
  for (let o = 0; o < outer; o++) {
    let sums = f32x4.splat(0);
    let i = 0;
    for (; i + 4 <= inner; i += 4) sums = f32x4.add(sums, v128.load(from + bytes(i)));
    let sum =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
    for (; i < inner; i++) sum += f32.load(from + bytes(i));
    f32.store(out + bytes(o), sum);
    from += bytes(inner);
  }
}

/** Copies `depth` × `width` values so that they lie depth by depth, `tile` side by side; what is beyond `width` becomes 0. */
function pack(
  source: usize,
  depthStride: usize,
  widthStride: usize,
  depth: i32,
  width: i32,
  tile: i32,
  target: usize,
): void {
  if (widthStride == 4 && width == tile) {
    for (let d = 0; d < depth; d++) {
      const from = source + depthStride * <usize>d;
      const to = target + bytes(tile * d);
      v128.store(to, v128.load(from));
      if (tile == TILE_COLUMNS) v128.store(to, v128.load(from, 16), 16);
    }
    return;
  }
  for (let w = 0; w < tile; w++) {
    let from = source + widthStride * <usize>w;
    let to = target + bytes(w);
    for (let d = 0; d < depth; d++) {
      f32.store(to, w < width ? f32.load(from) : 0);
      from += depthStride;
      to += bytes(tile);
    }
  }
}

/** Writes one row of a tile, or adds it to what earlier depths left there. */
function put(to: usize, low: v128, high: v128, columns: i32, isFirst: bool): void {
  if (columns == TILE_COLUMNS) {
    v128.store(to, isFirst ? low : f32x4.add(v128.load(to), low));
    v128.store(to, isFirst ? high : f32x4.add(v128.load(to, 16), high), 16);
    return;
  }
  putOne(to, 0, f32x4.extract_lane(low, 0), columns, isFirst);
  putOne(to, 1, f32x4.extract_lane(low, 1), columns, isFirst);
  putOne(to, 2, f32x4.extract_lane(low, 2), columns, isFirst);
  putOne(to, 3, f32x4.extract_lane(low, 3), columns, isFirst);
  putOne(to, 4, f32x4.extract_lane(high, 0), columns, isFirst);
  putOne(to, 5, f32x4.extract_lane(high, 1), columns, isFirst);
  putOne(to, 6, f32x4.extract_lane(high, 2), columns, isFirst);
}

function putOne(to: usize, column: i32, value: f32, columns: i32, isFirst: bool): void {
  if (column >= columns) return;
  const cell = to + bytes(column);
  f32.store(cell, isFirst ? value : f32.load(cell) + value);
}

function panelsOf(columns: i32): i32 {
  return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
}

function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}
