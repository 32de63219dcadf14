import { ascendingOrder } from './ascending-order.ts';

/**
 * Kolmogorov-Smirnov statistic of a score: the greatest gap between the cumulative shares of negatives and positives.
 * NaN when one class is absent.
 *
 * https://en.wikipedia.org/wiki/Kolmogorov%E2%80%93Smirnov_test#Two-sample_Kolmogorov%E2%80%93Smirnov_test
 * @example kolmogorovSmirnov(Float64Array.of(0, 0, 1, 1), Float64Array.of(0.1, 0.4, 0.35, 0.8)) // 0.5
 */
export function kolmogorovSmirnov(
  labels: Float64Array,
  scores: Float64Array,
  weights?: Float64Array,
): number {
  const order = ascendingOrder(scores);
  let positives = 0;
  let negatives = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    if (labels[row] === 1) positives += weight;
    else negatives += weight;
  }
  if (positives === 0 || negatives === 0) return Number.NaN;
  let positivesBelow = 0;
  let negativesBelow = 0;
  let gap = 0;
  for (let position = 0; position < order.length; position++) {
    const row = order[position]!;
    const weight = weights === undefined ? 1 : weights[row]!;
    if (labels[row] === 1) positivesBelow += weight;
    else negativesBelow += weight;
    const next = order[position + 1];
    if (next === undefined || scores[next] !== scores[row])
      gap = Math.max(gap, Math.abs(negativesBelow / negatives - positivesBelow / positives));
  }
  return gap;
}
