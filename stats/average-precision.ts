import { ascendingOrder } from './ascending-order.ts';

/**
 * Average precision: precision at each threshold, weighted by the recall gained there; rows of equal score enter together.
 * The base rate is what a random order reaches. NaN without positives
 * or with a NaN score.
 *
 * https://en.wikipedia.org/wiki/Evaluation_measures_(information_retrieval)#Average_precision
 * @example averagePrecision(Float64Array.of(0, 0, 1, 1), Float64Array.of(0.1, 0.4, 0.35, 0.8)) // 0.8333
 */
export function averagePrecision(labels: Float64Array, scores: Float64Array, weights?: Float64Array): number {
  const order = ascendingOrder(scores);
  let positives = 0;
  let rows = 0;
  let area = 0;
  for (let end = order.length - 1; end >= 0; ) {
    const score = scores[order[end]!]!;
    let positivesHere = 0;
    const last = end;
    for (; end >= 0 && scores[order[end]!] === score; end--) {
      const row = order[end]!;
      const weight = weights === undefined ? 1 : weights[row]!;
      rows += weight;
      if (labels[row] === 1) positivesHere += weight;
    }
    if (end === last) return Number.NaN;
    positives += positivesHere;
    if (positivesHere > 0) area += positivesHere * (positives / rows);
  }
  return area / positives;
}
