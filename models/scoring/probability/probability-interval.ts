import { normalDeviate } from '../../../stats/normal-deviate.ts';
import { sigmoid } from '../../../stats/sigmoid.ts';
import type { CalibrationLines } from './calibration.ts';
import { lastHorizonLogit } from './hazard.ts';

/** Half the width of an 80 % interval in standard deviations. */
const DEVIATIONS = normalDeviate(0.8);

export interface ProbabilityInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * 80 % interval of the churn rate among accounts that are scored like this one, within the longest horizon: what the
 * calibration leaves open for how few accounts it was learnt from. It says nothing of what sets this account apart
 * from others with its score, nor of a future that is unlike the past.
 *
 * The variances of the hazards' log-odds are carried on to the log-odds of the horizon (delta method); hazards of
 * different intervals are learnt from different events, so their errors are independent.
 *
 * @param hazardLogits calibrated, one per interval
 * @param lines those that calibrated them
 * @returns null for a calibration of an earlier version, which does not say how sure it is
 */
export function probabilityInterval(
  hazardLogits: ArrayLike<number>,
  lines: CalibrationLines,
): ProbabilityInterval | null {
  const slopes = new Float64Array(lines.length);
  const logit = lastHorizonLogit(hazardLogits, slopes);
  let variance = 0;
  for (let interval = 0; interval < lines.length; interval++) {
    const { slope, intercept, variance: of } = lines[interval]!;
    if (of === undefined) return null;
    const raw = (hazardLogits[interval]! - intercept) / slope;
    variance += slopes[interval]! ** 2 * (of.slope * raw ** 2 + 2 * of.both * raw + of.intercept);
  }
  const reach = DEVIATIONS * Math.sqrt(Math.max(0, variance));
  return { low: sigmoid(logit - reach), high: sigmoid(logit + reach) };
}
