import { clusterBootstrap } from '../stats/cluster-bootstrap.ts';

/** Accounts at as-of dates, with what happened next. */
export interface Observed {
  /** 1 if the account churned, 0 if not; known for every row. */
  readonly churned: Float64Array;
  /** Account of each row. Intervals resample accounts, because an account's rows are not independent. */
  readonly groups: Int32Array;
}

export interface ChurnRate {
  readonly level: string;
  readonly rows: number;
  readonly churned: number;
  readonly churn_rate: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 300;
const SEED = 1;

/**
 * Churn rate of each level with its 95 % interval, in the order of the levels. Levels without rows are left out.
 *
 * @param levelOf a row's level as a position in `levels`; -1 leaves the row out
 */
export function churnRates(
  { churned, groups }: Observed,
  levels: readonly string[],
  levelOf: (row: number) => number,
): ChurnRate[] {
  const codes = Int32Array.from(churned, (_, row) => levelOf(row));
  const totals = (weights?: Float64Array) => {
    const rows = new Float64Array(levels.length);
    const left = new Float64Array(levels.length);
    for (let row = 0; row < codes.length; row++) {
      const level = codes[row]!;
      if (level < 0) continue;
      const weight = weights === undefined ? 1 : weights[row]!;
      rows[level]! += weight;
      left[level]! += weight * churned[row]!;
    }
    return { rows, left };
  };
  const { rows, left } = totals();
  const intervals = clusterBootstrap(
    (weights) => {
      const drawn = totals(weights);
      return Array.from(levels, (_, level) => drawn.left[level]! / drawn.rows[level]!);
    },
    { groups, resamples: RESAMPLES, seed: SEED, coverage: 0.95 },
  );
  return levels
    .map((level, index) => ({
      level,
      rows: rows[index]!,
      churned: left[index]!,
      churn_rate: left[index]! / rows[index]!,
      ...intervals[index]!,
    }))
    .filter((rate) => rate.rows > 0);
}

/**
 * The band that a value falls into. `edges` ascend; band i holds values below edges[i], and the last band all others.
 * A missing value gives -1.
 *
 * @example bandOf(9, [2, 8, 15]) // 2
 */
export function bandOf(value: number, edges: readonly number[]): number {
  if (Number.isNaN(value)) return -1;
  const band = edges.findIndex((edge) => value < edge);
  return band < 0 ? edges.length : band;
}

/**
 * As-of dates at least `days` apart, starting with the first. If label windows are no longer than that, no departure
 * is counted twice.
 *
 * @param asOfEpochDays days since 1970-01-01, in any order, repeated
 */
export function daysApart(asOfEpochDays: Iterable<number>, days: number): Set<number> {
  const kept = new Set<number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const day of [...new Set(asOfEpochDays)].sort((a, b) => a - b)) {
    if (day - last < days) continue;
    kept.add(day);
    last = day;
  }
  return kept;
}
