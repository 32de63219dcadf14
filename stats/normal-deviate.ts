import { gammaQuantile } from './gamma-quantile.ts';

/**
 * How many standard deviations around its mean a normal variate stays within, with the given chance in (0, 1).
 *
 * https://en.wikipedia.org/wiki/Normal_distribution#Quantile_function
 * @example normalDeviate(0.95) // 1.95996
 */
export function normalDeviate(coverage: number): number {
  // Its square has the chi-square distribution of one degree of freedom, twice a gamma variate of shape 1/2.
  return Math.sqrt(2 * gammaQuantile(0.5, coverage));
}
