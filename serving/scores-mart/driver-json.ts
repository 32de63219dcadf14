import { z } from 'zod';
import type { Driver } from '../../models/scoring/drivers/driver.ts';

const value = z.union([z.number(), z.string(), z.null()]);

/** A driver as the mart keeps it and the API answers it; `Driver` is its name in the OpenAPI document. */
export const driverSchema = z
  .object({
    feature: z.string(),
    label: z.string(),
    value: value.describe("The account's own value; null when missing"),
    typical: value.describe('What the training population typically shows'),
    contribution: z.number().describe('Log-odds on the longest horizon; positive raises the risk'),
    direction: z.enum(['raises', 'lowers']),
    sentence: z.string(),
    play: z.string().describe('What to do about it; empty where there is no advice'),
  })
  .meta({ id: 'Driver' }) satisfies z.ZodType<Driver>;

const driverListSchema = z.array(driverSchema);

/** Drivers as the mart keeps them. Contributions beyond four decimals of log-odds are noise. */
export function writeDrivers(list: readonly Driver[]): string {
  return JSON.stringify(
    list.map((driver) => ({ ...driver, contribution: Math.round(driver.contribution * 1e4) / 1e4 })),
  );
}

/** @throws ZodError when the mart holds something else, which only another writer can cause. */
export function readDrivers(json: string): readonly Driver[] {
  return driverListSchema.parse(JSON.parse(json));
}
