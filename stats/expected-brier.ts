/**
 * The Brier score that calibrated probabilities promise before any outcome is known: the mean of p · (1 − p). NaN without rows.
 *
 * https://arxiv.org/abs/2407.08649
 * @example expectedBrier(Float64Array.of(0.5, 1)) // 0.125
 */
export function expectedBrier(probabilities: Float64Array): number {
  return (
    probabilities.reduce((sum, probability) => sum + probability * (1 - probability), 0) /
    probabilities.length
  );
}
