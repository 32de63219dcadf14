import { incompleteGamma } from './incomplete-gamma.ts';

const HALVINGS = 200;

/**
 * Quantile of the gamma distribution with scale 1: the value that a variate of that shape stays below with the given chance.
 * `shape` is positive, `chance` in (0, 1).
 *
 * https://en.wikipedia.org/wiki/Gamma_distribution
 * @example gammaQuantile(1, 0.5) // 0.6931, which is ln 2
 */
export function gammaQuantile(shape: number, chance: number): number {
  let low = 0;
  let high = Math.max(1, shape);
  while (incompleteGamma(shape, high) < chance) high *= 2;
  // By halves: it needs no derivative and cannot leave the interval.
  for (let step = 0; step < HALVINGS && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (incompleteGamma(shape, middle) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
