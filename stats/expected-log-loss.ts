/**
 * The log loss that calibrated probabilities promise before any outcome is known: their mean entropy, in nats. NaN without
 * rows.
 *
 * https://arxiv.org/abs/2407.08649
 * @example expectedLogLoss(Float64Array.of(0.5, 1)) // 0.3466, which is half of ln 2
 */
export function expectedLogLoss(probabilities: Float64Array): number {
  let loss = 0;
  for (const probability of probabilities) loss += entropy(probability) + entropy(1 - probability);
  return loss / probabilities.length;
}

function entropy(probability: number): number {
  return probability <= 0 ? 0 : -probability * Math.log(probability);
}
