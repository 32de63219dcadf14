import { z } from 'zod';
import type { ToldDriver } from '../../models/scoring/drivers/tell-driver.ts';
import type { ExplainedDriver } from './tell-drivers.ts';

const value = z.union([z.number(), z.string(), z.null()]);

const told = {
  theme: z.string().describe('Code of what it tells of; each theme has one driver at most'),
  theme_label: z.string(),
  feature: z.string().describe('The feature that tells it'),
  label: z.string().describe('What people call that feature'),
  value: value.describe("The account's own value; null when missing"),
  typical: value.describe('What the training population typically shows'),
  before: value.describe('What it was before, where it is compared with that; null otherwise'),
  contribution: z
    .number()
    .describe('Log-odds on the longest horizon, of all features of the theme; positive raises the risk'),
  direction: z.enum(['raises', 'lowers']),
  is_unusual: z.boolean().describe('The risk went the other way than common sense declares for the feature'),
  sentence: z.string(),
  play: z.string().describe('What to do about it; empty where there is no advice'),
};

/** A driver as the API answers it; `Driver` is its name in the OpenAPI document. */
export const driverSchema = z.object(told).meta({ id: 'Driver' }) satisfies z.ZodType<ToldDriver>;

export const explainedDriverSchema = z
  .object({
    ...told,
    columns: z
      .array(
        z.object({
          feature: z.string(),
          label: z.string(),
          value,
          typical: value,
          contribution: z.number(),
        }),
      )
      .describe('The features behind it, the one that tells it first, then the strongest others'),
  })
  .meta({ id: 'ExplainedDriver' }) satisfies z.ZodType<ExplainedDriver>;
