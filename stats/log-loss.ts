/** Probabilities are kept this far from 0 and 1, so that one confident mistake stays finite. */
const MARGIN = 1e-15;

/**
 * Log loss (cross-entropy), the mean of -log(probability given to what happened), in nats. NaN without rows.
 *
 * https://en.wikipedia.org/wiki/Cross-entropy
 * @example logLoss(Float64Array.of(1, 0), Float64Array.of(0.9, 0.2)) // 0.1643
 */
export function logLoss(labels: Float64Array, probabilities: Float64Array, weights?: Float64Array): number {
  let loss = 0;
  let rows = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    const probability = Math.min(Math.max(probabilities[row]!, MARGIN), 1 - MARGIN);
    loss -= weight * (labels[row] === 1 ? Math.log(probability) : Math.log1p(-probability));
    rows += weight;
  }
  return loss / rows;
}
