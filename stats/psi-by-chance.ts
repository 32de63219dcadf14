import { gammaQuantile } from './gamma-quantile.ts';

export interface PsiByChance {
  /** What two samples of the same distribution show on average. */
  readonly mean: number;
  /** What they exceed with the given chance. */
  readonly critical: number;
}

/**
 * The population stability index that sampling alone gives two samples of one distribution: it is spread as
 * (1/n + 1/m) · χ² with bins − 1 degrees of freedom. Holds where no bin is nearly empty.
 *
 * https://arxiv.org/abs/2303.01227
 * @param sizes Independent observations in each sample
 * @param chance Of a false alarm
 * @example psiByChance(10, [1000, 1000], 0.05).critical // 0.0338
 */
export function psiByChance(
  bins: number,
  [reference, current]: readonly [number, number],
  chance: number,
): PsiByChance {
  const variance = 1 / reference + 1 / current;
  const freedom = bins - 1;
  if (freedom < 1) return { mean: 0, critical: 0 };
  return { mean: variance * freedom, critical: variance * 2 * gammaQuantile(freedom / 2, 1 - chance) };
}
