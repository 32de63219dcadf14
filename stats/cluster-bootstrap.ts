import { quantiles } from './quantiles.ts';
import { createRandom } from './seeded-random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface ClusterBootstrapOptions {
  /** Group number of each row; groups are drawn whole because rows of one group are not independent. */
  readonly groups: Int32Array;
  readonly resamples: number;
  readonly seed: number;
  /** Chance that the interval covers, e.g. 0.95. */
  readonly coverage: number;
}

/**
 * Percentile intervals of several statistics under resampling of groups with replacement.
 * `statistics` gets the number of times each row was drawn and returns one number per statistic;
 * resamples in which a statistic is NaN (one class only) are left out of its interval.
 *
 * https://en.wikipedia.org/wiki/Bootstrapping_(statistics)#Cluster_data:_block_bootstrap
 */
export function clusterBootstrap(
  statistics: (rowWeights: Float64Array) => readonly number[],
  { groups, resamples, seed, coverage }: ClusterBootstrapOptions,
): Interval[] {
  const random = createRandom(seed);
  const { dense, groupCount } = denseGroups(groups);
  const weights = new Float64Array(groups.length);
  const draws: number[][] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const timesDrawn = new Float64Array(groupCount);
    for (let draw = 0; draw < groupCount; draw++) timesDrawn[random.integer(groupCount)]! += 1;
    for (let row = 0; row < weights.length; row++) weights[row] = timesDrawn[dense[row]!]!;
    statistics(weights).forEach((value, index) => {
      draws[index] ??= [];
      draws[index].push(value);
    });
  }
  const tail = (1 - coverage) / 2;
  return draws.map((values) => {
    const [low, high] = quantiles(Float64Array.from(values), [tail, 1 - tail]);
    return { low: low!, high: high! };
  });
}

function denseGroups(groups: Int32Array): { dense: Int32Array; groupCount: number } {
  const numberOf = new Map<number, number>();
  const dense = Int32Array.from(groups, (group) => {
    let number = numberOf.get(group);
    if (number === undefined) {
      number = numberOf.size;
      numberOf.set(group, number);
    }
    return number;
  });
  return { dense, groupCount: numberOf.size };
}
