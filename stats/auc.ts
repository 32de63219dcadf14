import { ascendingOrder } from './ascending-order.ts';

/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties counting half.
 * Labels are 0 or 1; weights count rows (default 1 each). NaN when one class is absent or a score is NaN.
 *
 * https://en.wikipedia.org/wiki/Receiver_operating_characteristic#Area_under_the_curve
 * @example auc(Float64Array.of(0, 1, 0, 1), Float64Array.of(0.1, 0.4, 0.35, 0.8)) // 1
 */
export function auc(labels: Float64Array, scores: Float64Array, weights?: Float64Array): number {
  const order = ascendingOrder(scores);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let concordant = 0;
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start]!]!;
    let positives = 0;
    let negatives = 0;
    let end = start;
    for (; end < order.length && scores[order[end]!] === score; end++) {
      const row = order[end]!;
      const weight = weights === undefined ? 1 : weights[row]!;
      if (labels[row] === 1) positives += weight;
      else negatives += weight;
    }
    concordant += positives * (negativesBelow + negatives / 2);
    positivesBelow += positives;
    negativesBelow += negatives;
    // A NaN score equals nothing, itself included.
    if (end === start) return Number.NaN;
    start = end;
  }
  return concordant / (positivesBelow * negativesBelow);
}
