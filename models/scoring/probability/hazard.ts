import { sigmoid } from '../../../stats/sigmoid.ts';

/**
 * Cumulative churn probabilities from hazard log-odds.
 * The hazard of interval k is the chance to churn in it given survival until its start, so
 * P(churned by k) = 1 - Π(1 - hazard), which never falls with the horizon, whatever the log-odds.
 *
 * @param hazardLogits rows × intervals
 * @returns one column of probabilities per interval
 * @example cumulativeProbabilities(Float64Array.of(0, 0), 1, 2) // [[0.5], [0.75]]
 */
export function cumulativeProbabilities(
  hazardLogits: Float64Array,
  rowCount: number,
  intervals: number,
): Float64Array[] {
  const probabilities = Array.from({ length: intervals }, () => new Float64Array(rowCount));
  for (let row = 0; row < rowCount; row++) {
    let survival = 1;
    for (let interval = 0; interval < intervals; interval++) {
      // sigmoid(-x) is 1 - sigmoid(x) without the cancellation.
      survival *= sigmoid(-hazardLogits[row * intervals + interval]!);
      probabilities[interval]![row] = 1 - survival;
    }
  }
  return probabilities;
}

/**
 * Log-odds of having churned by the end of the last interval, and its slope in every hazard's log-odds.
 * `slopes` is written to, one number per interval.
 *
 * @returns logit(1 - Π(1 - hazard))
 */
export function lastHorizonLogit(hazardLogits: ArrayLike<number>, slopes: Float64Array): number {
  let logSurvival = 0;
  // log(1 - sigmoid(x)) = -softplus(x)
  for (let interval = 0; interval < slopes.length; interval++)
    logSurvival -= softplus(hazardLogits[interval]!);
  const churned = -Math.expm1(logSurvival);
  // d logit(p) / d x = p' / (p (1 - p)); p' = (1 - p) · hazard; hazard / p tends to a share when both vanish.
  for (let interval = 0; interval < slopes.length; interval++)
    slopes[interval] = churned > 0 ? sigmoid(hazardLogits[interval]!) / churned : 1 / slopes.length;
  return Math.log(churned) - logSurvival;
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
