import { quantileOfSorted } from './quantile-of-sorted.ts';

/**
 * Quantiles of the finite values, interpolated linearly between order statistics (numpy's default, R's type 7).
 * Missing and infinite values are left out; NaN for each when nothing is left.
 *
 * https://en.wikipedia.org/wiki/Quantile#Estimating_quantiles_from_a_sample
 * @example quantiles(Float64Array.of(4, 1, 3, 2), [0.5]) // [2.5]
 */
export function quantiles(values: Float64Array, fractions: readonly number[]): Float64Array {
  const sorted = values.filter(Number.isFinite).sort();
  return Float64Array.from(fractions, (fraction) => quantileOfSorted(sorted, fraction));
}
