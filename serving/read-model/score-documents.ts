import { z } from '@hono/zod-openapi';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import { driverSchema, explainedDriverSchema } from '../scores-mart/driver-schemas.ts';

/** What is answered about scores: the types of what builds it and the schemas of the OpenAPI document, once. */

export const probabilitySchema = z.number().min(0).max(1);
export const riskBandSchema = z.enum(RISK_BANDS);
const asOfDate = z.iso.date().describe('UTC day; only events before its midnight count');

export const accountRiskSchema = z
  .object({
    account_id: z.string(),
    name: z.string().nullable(),
    segment: z.string().nullable(),
    region: z.string().nullable(),
    owner: z.string().nullable(),
    risk_rank: z.int().min(1).describe('Within the tenant, 1 = most at risk'),
    risk_band: riskBandSchema,
    churn_probability_30d: probabilitySchema,
    churn_probability_60d: probabilitySchema,
    churn_probability_90d: probabilitySchema,
    churn_probability_90d_low: probabilitySchema
      .nullable()
      .describe('80 % interval of the churn rate among accounts that are scored like this one'),
    churn_probability_90d_high: probabilitySchema.nullable(),
    previous_probability_90d: probabilitySchema.nullable().describe('Same model, previous as-of date'),
    change_90d: z.number().nullable(),
    mrr: z.number().nullable(),
    currency: z.string().nullable().describe('Of the money; null where there is none or it is not known'),
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
  held_back: z
    .object({
      as_of_date: asOfDate,
      days_behind: z.int().min(0).describe('How many days the scores are older than that'),
      status: z.enum(['refused', 'failed']),
      gates: z.array(z.string()).describe('What was wrong with the data; empty where it was not the data'),
    })
    .nullable()
    .describe(
      'The day that ought to have been scored, where these scores are older; null where they are not',
    ),
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
    drivers: z.array(explainedDriverSchema),
    change_drivers: z
      .array(explainedDriverSchema)
      .describe('What moved the score since the previous as-of date'),
    history: z.array(
      z.object({
        as_of_date: asOfDate,
        churn_probability_90d: probabilitySchema,
        risk_band: riskBandSchema,
        model: z.string().describe('Name and version of the model that made this score'),
      }),
    ),
    weekly_events: z
      .array(z.number())
      .nullable()
      .describe('Events in each of the twelve weeks before the as-of date, the oldest first'),
    activity_by_kind: z
      .object({
        counted_from: z
          .string()
          .describe(
            'The first day that counts: before it the account or the data of its tenant were not there',
          ),
        kinds: z.array(
          z.object({
            kind: z.string(),
            label: z.string(),
            weekly_events: z
              .array(z.number())
              .describe('Events in each of the 52 weeks before the as-of date, the oldest first'),
          }),
        ),
      })
      .nullable()
      .describe(
        'What the account did in a year, as it was known at the as-of date, by every kind that is counted; null where the marts have none of that date',
      ),
    typical_log_odds: z
      .number()
      .nullable()
      .describe(
        'Log-odds of the typical account on the longest horizon, where the drivers start. What is left of the log-odds of the score after those listed is what the other themes add up to',
      ),
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
  mrr_at_risk: z
    .number()
    .nullable()
    .describe('null where the accounts pay in several currencies, which are never added'),
  mrr_at_risk_by_currency: z
    .record(z.string(), z.number())
    .describe('An empty name stands for an unknown currency'),
};

export const summarySchema = z
  .object({ ...run, ...totals, trend: z.array(z.object(totals)) })
  .openapi('Summary');

export type Summary = z.infer<typeof summarySchema>;
