import { fitLineOnLogit, type LogitLine } from './fit-line-on-logit.ts';
import { logit } from './logit.ts';

/** Forecasts of exactly 0 or 1 have infinite log-odds; they are read as this far from certain. */
const MARGIN = 1e-9;

/**
 * Calibration slope and intercept: logistic regression of the outcome on the forecast's log-odds.
 * 1 and 0 are perfect; a slope below 1 means forecasts are too extreme, an intercept above 0 that they are too low.
 * NaN when one class is absent or every forecast is the same.
 *
 * https://doi.org/10.1186/s12916-019-1466-7
 */
export function calibrationSlope(
  labels: Float64Array,
  probabilities: Float64Array,
  weights?: Float64Array,
): LogitLine {
  return fitLineOnLogit(labels, logOddsOf(probabilities), weights);
}

/** Finite also for certain forecasts. */
function logOddsOf(probabilities: Float64Array): Float64Array {
  return Float64Array.from(probabilities, (p) => logit(Math.min(Math.max(p, MARGIN), 1 - MARGIN)));
}
