import { reliabilityBins } from './reliability-bins.ts';

/**
 * Expected calibration error: the mean distance between forecast and observed rate over bins of equal mass (default 10).
 * NaN without rows.
 *
 * https://arxiv.org/abs/1706.04599 (there with bins of equal width, which leave most churn forecasts in one bin)
 * @example expectedCalibrationError(Float64Array.of(0, 1), Float64Array.of(0.1, 0.9), 2) // 0.1
 */
export function expectedCalibrationError(
  labels: Float64Array,
  probabilities: Float64Array,
  binCount = 10,
  weights?: Float64Array,
): number {
  let error = 0;
  let rows = 0;
  for (const bin of reliabilityBins(labels, probabilities, binCount, weights)) {
    error += bin.rows * Math.abs(bin.meanProbability - bin.observedRate);
    rows += bin.rows;
  }
  return error / rows;
}
