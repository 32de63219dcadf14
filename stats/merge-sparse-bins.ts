/**
 * Pools neighbouring bins until each holds at least `least` of the observations of both samples together: shares of nearly
 * empty bins say nothing and weigh much. What is left over joins the last pool.
 *
 * @returns The counts of both samples in the pooled bins
 * @example mergeSparseBins(Float64Array.of(9, 1, 6), Float64Array.of(9, 1, 6), 10) // [[9, 7], [9, 7]]
 */
export function mergeSparseBins(
  reference: Float64Array,
  current: Float64Array,
  least: number,
): readonly [Float64Array, Float64Array] {
  const pools: [number, number][] = [];
  let pool: [number, number] = [0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    pool[0] += reference[bin]!;
    pool[1] += current[bin]!;
    if (pool[0] + pool[1] < least) continue;
    pools.push(pool);
    pool = [0, 0];
  }
  const last = pools.at(-1);
  if (last === undefined) pools.push(pool);
  else {
    last[0] += pool[0];
    last[1] += pool[1];
  }
  return [Float64Array.from(pools, ([before]) => before), Float64Array.from(pools, ([, now]) => now)];
}
