import { z } from 'zod';
import type { Driver } from '../../models/scoring/drivers/driver.ts';

const drivers = z.array(
  z.object({
    feature: z.string(),
    label: z.string(),
    value: z.union([z.number(), z.string(), z.null()]),
    typical: z.union([z.number(), z.string(), z.null()]),
    contribution: z.number(),
    direction: z.enum(['raises', 'lowers']),
    sentence: z.string(),
    play: z.string(),
  }),
);

/** Drivers as the mart keeps them. Contributions beyond four decimals of log-odds are noise. */
export function writeDrivers(list: readonly Driver[]): string {
  return JSON.stringify(
    list.map((driver) => ({ ...driver, contribution: Math.round(driver.contribution * 1e4) / 1e4 })),
  );
}

/** @throws ZodError when the mart holds something else, which only a foreign writer can bring about. */
export function readDrivers(json: string): readonly Driver[] {
  return drivers.parse(JSON.parse(json));
}
