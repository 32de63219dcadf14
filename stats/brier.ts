/**
 * Brier score: the mean squared distance between probability and outcome. NaN without rows.
 *
 * https://en.wikipedia.org/wiki/Brier_score
 * @example brier(Float64Array.of(1, 0), Float64Array.of(0.9, 0.2)) // 0.025
 */
export function brier(labels: Float64Array, probabilities: Float64Array, weights?: Float64Array): number {
  let squares = 0;
  let rows = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!;
    squares += weight * (probabilities[row]! - labels[row]!) ** 2;
    rows += weight;
  }
  return squares / rows;
}
