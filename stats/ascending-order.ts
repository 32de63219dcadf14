/**
 * Row numbers in ascending order of value; rows of equal value keep their order. O(n log n), O(n) when sorted already.
 *
 * @example ascendingOrder(Float64Array.of(0.3, 0.1, 0.2)) // [1, 2, 0]
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  let sorted = true;
  for (let row = 0; row < order.length; row++) {
    order[row] = row;
    if (row > 0 && values[row]! < values[row - 1]!) sorted = false;
  }
  // Resampling calls the same metric hundreds of times on rows that it has put in order once.
  return sorted ? order : order.sort((left, right) => values[left]! - values[right]!);
}
