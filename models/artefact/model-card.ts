import { z } from 'zod';
import { modelScopeSchema } from './artefact.ts';

const number = z.number().nullable();

/** A measured value with its 95 % interval; null where it is not defined (one class only, too few rows). */
export const metricSchema = z.object({ value: number, low: number, high: number });

export type Metric = z.infer<typeof metricSchema>;

export const METRIC_NAMES = [
  'auc',
  'average_precision',
  'log_loss',
  'brier',
  'ece',
  'lift_at_10',
  'ks',
  'calibration_slope',
  'calibration_intercept',
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];

/** Quality on one target, with how much it was measured on. */
export const evaluationSchema = z.object({
  target: z.string(),
  rows: z.int(),
  churned: z.int(),
  metrics: z.record(z.enum(METRIC_NAMES), metricSchema),
});

export type Evaluation = z.infer<typeof evaluationSchema>;

const sliceSchema = z.object({
  rows: z.int(),
  accounts: z.int(),
  /** First and last as-of date, null for tables without time. */
  from: z.string().nullable(),
  to: z.string().nullable(),
});

export type SliceSummary = z.infer<typeof sliceSchema>;

/** card.json: what a data scientist needs to trust, compare and repeat a version. */
export const modelCardSchema = z.object({
  name: z.string(),
  scope: modelScopeSchema,
  targets: z.array(z.string()),
  trained_at: z.string(),
  duration_seconds: z.number(),
  seed: z.int(),
  data: z.object({
    snapshot_hash: z.string(),
    rows: z.int(),
    accounts: z.int(),
    tenants: z.int(),
    base_rates: z.record(z.string(), number),
  }),
  feature_set: z.object({
    name: z.string(),
    version: z.int(),
    hash: z.string(),
    features: z.int(),
    dropped: z.array(z.object({ feature: z.string(), reason: z.string() })),
  }),
  split: z.object({
    method: z.string(),
    training: sliceSchema,
    validation: sliceSchema,
    test: sliceSchema,
  }),
  /** The evaluated recipe, fitted again on more rows where `refitted` is true. */
  production: z.object({ refitted: z.boolean(), fit: sliceSchema }),
  /** Every family that stood for the blend; a share of 0 lost. `epochs` is the mean of its fits. */
  members: z.array(
    z.object({
      family: z.string(),
      share: z.number(),
      fits: z.int(),
      epochs: z.int(),
      validation_log_loss: number,
    }),
  ),
  risk_thresholds: z.object({ medium: z.number(), high: z.number(), critical: z.number() }),
  test: z.array(evaluationSchema),
  baselines: z.array(z.object({ name: z.string(), test: z.array(evaluationSchema) })),
  tenants: z.array(
    z.object({ tenant_id: z.string(), rows: z.int(), observed_rate: number, mean_probability: number }),
  ),
  reliability: z.array(
    z.object({
      target: z.string(),
      bins: z.array(z.object({ rows: z.number(), mean_probability: z.number(), observed_rate: z.number() })),
    }),
  ),
  /** Lift of the top share of scores on the longest horizon with labels. */
  lift: z.array(z.object({ share: z.number(), lift: number })),
  /** How the rows with the highest scores turned out, on the same horizon; the share is of rows. Empty in older cards. */
  top_of_list: z
    .array(
      z.object({
        share: z.number(),
        rows: z.int(),
        accounts: z.int(),
        churned: z.int(),
        /** The lowest score among them. */
        least_probability: z.number(),
        mean_probability: z.number(),
        observed_rate: metricSchema,
      }),
    )
    .default([]),
  packages: z.record(z.string(), z.string()),
  backend: z.string(),
  git_commit: z.string().nullable(),
  notes: z.array(z.string()),
});

export type ModelCard = z.infer<typeof modelCardSchema>;
