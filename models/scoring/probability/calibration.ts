import { z } from 'zod';

const lineSchema = z.object({
  slope: z.number().positive(),
  intercept: z.number(),
  /**
   * Variance of the calibrated log-odds at a raw score x: slope · x² + 2 · both · x + intercept.
   * Versions that were trained before it was kept have none.
   */
  variance: z
    .object({ slope: z.number().nonnegative(), both: z.number(), intercept: z.number().nonnegative() })
    .optional(),
});

const linesSchema = z.array(lineSchema).min(1);

/**
 * One straight line per interval, from raw to calibrated hazard log-odds; slopes are positive.
 * A tenant that has shown enough of its own has its own lines, from raw log-odds too.
 */
export const calibrationSchema = z.object({
  intervals: linesSchema,
  tenants: z.record(z.string(), linesSchema),
});

export type Calibration = z.infer<typeof calibrationSchema>;

export type CalibrationLine = z.infer<typeof lineSchema>;

export type CalibrationLines = readonly CalibrationLine[];

/** Leaves every score as it is. */
export function identityCalibration(intervals: number): Calibration {
  return { intervals: Array.from({ length: intervals }, () => ({ slope: 1, intercept: 0 })), tenants: {} };
}

/** The lines of a tenant, or those of all where it has none of its own. */
export function linesOf({ intervals, tenants }: Calibration, tenantId: string | undefined): CalibrationLines {
  // Own keys only: a tenant may be called "constructor".
  return tenantId !== undefined && Object.hasOwn(tenants, tenantId) ? tenants[tenantId]! : intervals;
}

/** Calibrates hazard log-odds (rows × intervals) in place. */
export function calibrate(lines: CalibrationLines, hazardLogits: Float64Array): void {
  for (let cell = 0; cell < hazardLogits.length; cell++) {
    const { slope, intercept } = lines[cell % lines.length]!;
    hazardLogits[cell] = slope * hazardLogits[cell]! + intercept;
  }
}
