import { ascendingOrder } from './ascending-order.ts';

export interface ReliabilityBin {
  readonly rows: number;
  readonly meanProbability: number;
  readonly observedRate: number;
}

/**
 * The reliability diagram: rows in ascending probability cut into bins of equal mass, with mean forecast and observed rate.
 * Bins that catch no row (fewer rows than bins) are left out.
 *
 * https://en.wikipedia.org/wiki/Probabilistic_classification#Probability_calibration
 * @example reliabilityBins(Float64Array.of(0, 1), Float64Array.of(0.2, 0.6), 2).length // 2
 */
export function reliabilityBins(
  labels: Float64Array,
  probabilities: Float64Array,
  binCount: number,
  weights?: Float64Array,
): ReliabilityBin[] {
  const order = ascendingOrder(probabilities);
  let total = 0;
  for (let row = 0; row < labels.length; row++) total += weights === undefined ? 1 : weights[row]!;
  const mass = new Float64Array(binCount);
  const forecast = new Float64Array(binCount);
  const observed = new Float64Array(binCount);
  let before = 0;
  for (const row of order) {
    const weight = weights === undefined ? 1 : weights[row]!;
    // The bin of the row's middle: whole rows only, and never past the last bin.
    const bin = Math.min(Math.floor(((before + weight / 2) / total) * binCount), binCount - 1);
    mass[bin]! += weight;
    forecast[bin]! += weight * probabilities[row]!;
    observed[bin]! += weight * labels[row]!;
    before += weight;
  }
  const bins: ReliabilityBin[] = [];
  for (let bin = 0; bin < binCount; bin++) {
    const rows = mass[bin]!;
    if (rows > 0)
      bins.push({ rows, meanProbability: forecast[bin]! / rows, observedRate: observed[bin]! / rows });
  }
  return bins;
}
