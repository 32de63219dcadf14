import type { Random } from '../../../stats/seeded-random.ts';
import type { LogNormal, Range } from './parameters.ts';

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

export function uniform(random: Random, { low, high }: Range): number {
  return low + (high - low) * random.next();
}

export function logNormal(random: Random, { median, spread }: LogNormal): number {
  return median * Math.exp(spread * random.normal());
}

export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

/** Knuth's product of uniforms: exact, and fast for the small means used here. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** Index drawn in proportion to the weights. */
export function pickIndex(random: Random, weights: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  let rest = random.next() * total;
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i]!;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}
