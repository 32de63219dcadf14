import { z } from '@hono/zod-openapi';
import { probabilitySchema, riskBandSchema } from '../read-model/score-documents.ts';
import { driverSchema } from '../scores-mart/driver-schemas.ts';
import type { PostedAccount } from './posted-accounts.ts';

const GREATEST_NUMBER = 1e300;
const LONGEST_TEXT = 1_000;

/** Checked in one loop: the schema of a record takes longer over hundreds of features than the model does. */
const featureRow = z
  .custom<PostedAccount>(
    (row) => typeof row === 'object' && row !== null && !Array.isArray(row),
    'is not an object',
  )
  .superRefine((row, context) => {
    for (const [name, value] of Object.entries(row))
      if (!isFeatureValue(value))
        context.addIssue({ code: 'custom', path: [name], message: 'is not a number, text, truth or null' });
  })
  .openapi({
    type: 'object',
    additionalProperties: {
      anyOf: [
        { type: 'number', minimum: -GREATEST_NUMBER, maximum: GREATEST_NUMBER },
        { type: 'string', maxLength: LONGEST_TEXT },
        { type: 'boolean' },
        { type: 'null' },
      ],
    },
    description: 'Feature values by column; a column that is missing or null is scored as unknown',
  });

function isFeatureValue(value: unknown): boolean {
  if (typeof value === 'number') return value >= -GREATEST_NUMBER && value <= GREATEST_NUMBER;
  if (typeof value === 'string') return value.length <= LONGEST_TEXT;
  return value === null || typeof value === 'boolean';
}

export const whatIfRequestSchema = z
  .strictObject({
    accounts: z.array(featureRow).min(1).max(1_000),
    drivers_per_account: z.int().min(0).max(50).default(5),
  })
  .openapi('WhatIfRequest');

const columnNotes = {
  missing_columns: z.array(z.string()).describe('Features that at least one account lacks'),
  unknown_columns: z
    .array(z.string())
    .describe('Posted columns that the model does not know; they were ignored'),
  out_of_bounds_columns: z
    .array(z.string())
    .describe('Columns with a value outside of what the model was trained on'),
};

export const whatIfResponseSchema = z
  .object({
    tenant_id: z.string(),
    model_name: z.string(),
    model_version: z.string(),
    predictions: z.array(
      z.object({
        churn_probability_30d: probabilitySchema,
        churn_probability_60d: probabilitySchema,
        churn_probability_90d: probabilitySchema,
        risk_band: riskBandSchema,
        drivers: z.array(driverSchema),
      }),
    ),
    ...columnNotes,
  })
  .openapi('WhatIfResponse');

export type WhatIfResponse = z.infer<typeof whatIfResponseSchema>;
