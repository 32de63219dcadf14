import { gammaQuantile } from './gamma-quantile.ts';

export interface ObservedCount {
  readonly observed: number;
  readonly expected: number;
}

export interface ShrunkenRatio {
  /** Observed to expected, drawn towards 1 by as much as the group is small. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Groups this alike are drawn together almost fully; more is beyond what counts can tell. */
const LARGEST_PRIOR = 1e4;

/**
 * Ratios of observed to expected counts of several groups, shrunk towards 1 by an empirical Bayes gamma-Poisson model, each
 * with its posterior interval. How much groups differ from 1 at all is estimated from them by moments. One group alone is
 * shrunk by one expected event.
 *
 * https://doi.org/10.2307/2532003
 * @param coverage Chance that an interval covers, e.g. 0.99
 */
export function shrunkenRatios(groups: readonly ObservedCount[], coverage: number): ShrunkenRatio[] {
  const shape = groups.length < 2 ? 1 : priorShape(groups);
  const tail = (1 - coverage) / 2;
  return groups.map((group) => {
    const [a, b] = [shape + group.observed, shape + group.expected];
    return { value: a / b, low: gammaQuantile(a, tail) / b, high: gammaQuantile(a, 1 - tail) / b };
  });
}

/** The groups' variance about 1 beyond what counting explains, as the shape of a gamma prior. */
function priorShape(groups: readonly ObservedCount[]): number {
  const expected = groups.reduce((sum, group) => sum + group.expected, 0);
  const squares = groups.reduce(
    (sum, group) =>
      group.expected > 0 ? sum + (group.observed - group.expected) ** 2 / group.expected : sum,
    0,
  );
  const variance = (squares - groups.length) / expected;
  return variance > 0 ? Math.min(LARGEST_PRIOR, Math.max(0.5, 1 / variance)) : LARGEST_PRIOR;
}
