import { ascendingOrder } from './ascending-order.ts';

/**
 * Lift: how many times the base rate is found in the best-scored fraction of rows.
 * Rows tied at the cut count in proportion. NaN without positives.
 *
 * https://en.wikipedia.org/wiki/Lift_(data_mining)
 * @example liftAt(Float64Array.of(0, 0, 0, 1), Float64Array.of(0.1, 0.2, 0.3, 0.9), 0.25) // 4
 */
export function liftAt(
  labels: Float64Array,
  scores: Float64Array,
  fraction: number,
  weights?: Float64Array,
): number {
  const order = ascendingOrder(scores);
  let total = 0;
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    total += weight;
    positives += weight * labels[row]!;
  }
  const wanted = fraction * total;
  let taken = 0;
  let found = 0;
  for (let end = order.length - 1; end >= 0 && taken < wanted; ) {
    const score = scores[order[end]!]!;
    let tied = 0;
    let tiedPositives = 0;
    const start = end;
    for (; end >= 0 && scores[order[end]!] === score; end--) {
      const row = order[end]!;
      const weight = weights === undefined ? 1 : weights[row]!;
      tied += weight;
      tiedPositives += weight * labels[row]!;
    }
    if (end === start) return Number.NaN;
    const share = tied === 0 ? 0 : Math.min(1, (wanted - taken) / tied);
    taken += share * tied;
    found += share * tiedPositives;
  }
  return found / taken / (positives / total);
}
