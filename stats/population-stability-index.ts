/** Added to every bin, so that an empty one stays finite. */
const PSEUDO_COUNT = 0.5;

/**
 * Population stability index of two samples counted in the same bins: Σ (q − p) · ln(q / p), 0 for equal shares. NaN where
 * either is empty.
 *
 * https://arxiv.org/abs/2303.01227
 * @example populationStabilityIndex(Float64Array.of(500, 500), Float64Array.of(750, 250)) // 0.274
 */
export function populationStabilityIndex(reference: Float64Array, current: Float64Array): number {
  const shareOf = (counts: Float64Array) => {
    const total = counts.reduce((sum, count) => sum + count + PSEUDO_COUNT, 0);
    const isEmpty = total === PSEUDO_COUNT * counts.length;
    return (bin: number) => (isEmpty ? Number.NaN : (counts[bin]! + PSEUDO_COUNT) / total);
  };
  const [before, now] = [shareOf(reference), shareOf(current)];
  let index = 0;
  for (let bin = 0; bin < reference.length; bin++)
    index += (now(bin) - before(bin)) * Math.log(now(bin) / before(bin));
  return index;
}
