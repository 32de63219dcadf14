import { z } from 'zod';
import { fitLineOnLogit } from '../stats/fit-line-on-logit.ts';
import type { HazardTargets } from './hazard-targets.ts';

/** One straight line per interval, from raw to calibrated hazard log-odds; slopes are positive. */
export const calibrationSchema = z.object({
  intervals: z.array(z.object({ slope: z.number().positive(), intercept: z.number() })).min(1),
});

export type Calibration = z.infer<typeof calibrationSchema>;

/**
 * How strongly a small slice holds to "change nothing": the prior is worth about so many accounts' evidence.
 */
const PRIOR = { slopePrecision: 10, interceptPrecision: 5 };

const LEAST_SLOPE = 0.05;

/**
 * Platt scaling of every interval's hazard, drawn towards the identity where the slice says little.
 * Hazards are calibrated, not cumulative probabilities, so order in the horizon is kept by construction;
 * slopes are positive, so is order in the score.
 *
 * @param hazardLogits rows × intervals, from rows that the weights were not trained on
 * @param evidence how much a row counts; below 1 where rows repeat the same accounts
 */
export function fitCalibration(
  targets: HazardTargets,
  hazardLogits: Float64Array,
  evidence: number,
): Calibration {
  const { rowCount, intervals, atRisk, events } = targets;
  return {
    intervals: Array.from({ length: intervals }, (_, interval) => {
      const labels: number[] = [];
      const logOdds: number[] = [];
      for (let cell = interval; cell < rowCount * intervals; cell += intervals) {
        if (atRisk[cell] === 0) continue;
        labels.push(events[cell]!);
        logOdds.push(hazardLogits[cell]!);
      }
      const line = fitLineOnLogit(
        Float64Array.from(labels),
        Float64Array.from(logOdds),
        new Float64Array(labels.length).fill(evidence),
        PRIOR,
      );
      if (Number.isNaN(line.slope)) return { slope: 1, intercept: 0 };
      return { slope: Math.max(line.slope, LEAST_SLOPE), intercept: line.intercept };
    }),
  };
}

/** Leaves every score as it is. */
export function identityCalibration(intervals: number): Calibration {
  return { intervals: Array.from({ length: intervals }, () => ({ slope: 1, intercept: 0 })) };
}

/** Calibrates hazard log-odds (rows × intervals) in place. */
export function calibrate({ intervals }: Calibration, hazardLogits: Float64Array): void {
  for (let cell = 0; cell < hazardLogits.length; cell++) {
    const { slope, intercept } = intervals[cell % intervals.length]!;
    hazardLogits[cell] = slope * hazardLogits[cell]! + intercept;
  }
}
