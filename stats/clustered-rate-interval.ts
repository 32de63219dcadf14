import type { Interval } from './cluster-bootstrap.ts';
import { normalDeviate } from './normal-deviate.ts';

/**
 * Wilson interval of a rate whose rows come in clusters, e.g. several weeks of one account. The number of rows is replaced
 * by the effective one: as many independent rows as would make the rate vary as much as the clusters do. Where the
 * clusters show no variation (all rows are 0 or all are 1), every cluster counts once.
 *
 * Korn and Graubard (1998), https://www150.statcan.gc.ca/n1/en/catalogue/12-001-X19980024356
 * @param outcomes 0 or 1 per row
 * @param groups cluster number of each row
 * @param coverage chance that the interval covers, e.g. 0.95
 * @returns an interval that holds the rate; NaN for no rows
 * @example clusteredRateInterval(Float64Array.of(0, 0, 0, 0), Int32Array.of(0, 0, 1, 1), 0.95).high // 0.658
 */
export function clusteredRateInterval(
  outcomes: Float64Array,
  groups: Int32Array,
  coverage: number,
): Interval {
  const rows = outcomes.length;
  const rate = outcomes.reduce((sum, outcome) => sum + outcome, 0) / rows;
  const residuals = new Map<number, number>();
  groups.forEach((group, row) => {
    residuals.set(group, (residuals.get(group) ?? 0) + outcomes[row]! - rate);
  });
  const clusters = residuals.size;
  let variance = 0;
  for (const residual of residuals.values()) variance += (residual / rows) ** 2;
  // Few clusters show too little of their variation.
  variance *= clusters / Math.max(1, clusters - 1);
  const effective = variance > 0 ? Math.min(rows, (rate * (1 - rate)) / variance) : clusters;
  const z = normalDeviate(coverage);
  const spread = z ** 2 / effective;
  const centre = (rate + spread / 2) / (1 + spread);
  const reach = (z * Math.sqrt((rate * (1 - rate)) / effective + spread / (4 * effective))) / (1 + spread);
  return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}
