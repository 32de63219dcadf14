import { ascendingOrder } from './ascending-order.ts';

/**
 * The AUC that calibrated probabilities promise before any outcome is known (confidence-based performance estimation): each
 * row counts as a positive by its probability and as a negative by the rest. NaN when all are 0 or all are 1.
 *
 * https://arxiv.org/abs/2407.08649
 * @example expectedAuc(Float64Array.of(0.1, 0.9)) // 0.86
 */
export function expectedAuc(probabilities: Float64Array): number {
  const order = ascendingOrder(probabilities);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let concordant = 0;
  for (let start = 0; start < order.length; ) {
    const probability = probabilities[order[start]!]!;
    let end = start;
    while (end < order.length && probabilities[order[end]!] === probability) end++;
    // A NaN equals nothing, itself included.
    if (end === start) return Number.NaN;
    const positives = (end - start) * probability;
    const negatives = end - start - positives;
    concordant += positives * (negativesBelow + negatives / 2);
    positivesBelow += positives;
    negativesBelow += negatives;
    start = end;
  }
  return concordant / (positivesBelow * negativesBelow);
}
