import { z } from '@hono/zod-openapi';
import { RISK_BANDS } from '../../models/scoring/scoring-model.ts';
import type { PostedAccount } from './what-if/posted-accounts.ts';

/** What the API answers, once: the types of the handlers and the schemas of the OpenAPI document. */

const probability = z.number().min(0).max(1);
const band = z.enum(RISK_BANDS);
const asOfDate = z.iso.date().describe('UTC day; only events before its midnight count');
const value = z.union([z.number(), z.string(), z.null()]);

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
  .openapi('Driver');

export const accountRiskSchema = z
  .object({
    account_id: z.string(),
    name: z.string().nullable(),
    segment: z.string().nullable(),
    region: z.string().nullable(),
    owner: z.string().nullable(),
    risk_rank: z.int().min(1).describe('Within the tenant, 1 = most at risk'),
    risk_band: band,
    churn_probability_30d: probability,
    churn_probability_60d: probability,
    churn_probability_90d: probability,
    previous_probability_90d: probability.nullable().describe('Same model, previous as-of date'),
    change_90d: z.number().nullable(),
    mrr: z.number().nullable(),
    mrr_at_risk: z.number().nullable(),
    renews_at: z.iso.datetime().nullable(),
    drivers: z.array(driverSchema),
  })
  .openapi('AccountRisk');

export type AccountRisk = z.infer<typeof accountRiskSchema>;

const run = {
  tenant_id: z.string(),
  as_of_date: asOfDate,
  model_name: z.string(),
  model_version: z.string(),
  run_id: z.string(),
};

export const riskListSchema = z
  .object({
    ...run,
    total: z.int().min(0).describe('Accounts that the query asks for, on all pages'),
    accounts: z.array(accountRiskSchema),
    next_cursor: z
      .string()
      .nullable()
      .describe('Give it with the same query for the next page; null on the last'),
  })
  .openapi('RiskList');

export const accountDetailSchema = accountRiskSchema
  .extend({
    ...run,
    change_drivers: z.array(driverSchema).describe('What moved the score since the previous as-of date'),
    history: z.array(z.object({ as_of_date: asOfDate, churn_probability_90d: probability, risk_band: band })),
  })
  .openapi('AccountDetail');

export type AccountDetail = z.infer<typeof accountDetailSchema>;

const totals = {
  as_of_date: asOfDate,
  account_count: z.int().min(0),
  accounts_by_band: z.object(
    Object.fromEntries(RISK_BANDS.map((name) => [name, z.int().min(0)])) as Record<
      (typeof RISK_BANDS)[number],
      z.ZodInt
    >,
  ),
  mrr_at_risk: z.number(),
};

export const summarySchema = z
  .object({ ...run, ...totals, trend: z.array(z.object(totals)) })
  .openapi('Summary');

export type Summary = z.infer<typeof summarySchema>;

export const problemSchema = z
  .object({
    type: z.string().describe('urn:churn:problem: and what happened'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ parameter: z.string(), detail: z.string() })).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457' });

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
        churn_probability_30d: probability,
        churn_probability_60d: probability,
        churn_probability_90d: probability,
        risk_band: band,
        drivers: z.array(driverSchema),
      }),
    ),
    ...columnNotes,
  })
  .openapi('WhatIfResponse');

export type WhatIfResponse = z.infer<typeof whatIfResponseSchema>;

export const livenessSchema = z.object({ status: z.literal('alive') }).openapi('Liveness');

export const readinessSchema = z
  .object({
    status: z.literal('ready'),
    tenants: z.int(),
    scores_age_seconds: z.int().describe('Since the mart was last seen to hold what is served'),
    scores_are_stale: z
      .boolean()
      .describe('The mart cannot be read at the moment; the old scores are served'),
  })
  .openapi('Readiness');
