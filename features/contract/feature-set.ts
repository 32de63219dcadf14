import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * One model input as the dbt project declares it.
 * `risk_when` says which way the feature is expected to push risk; `either` makes no claim.
 */
export const featureDefinitionSchema = z.object({
  /** Column name in the mart, e.g. `events_28d`. */
  name: z.string().min(1),
  type: z.enum(['number', 'category', 'boolean']),
  /** What people call it, in lower case so that it fits into a sentence: "active days in the last 28 days". */
  label: z.string().min(1),
  /** `count`, `days`, `ratio`, `usd`, … ; empty for categories. */
  unit: z.string(),
  risk_when: z.enum(['high', 'low', 'either']),
  /** What a customer success manager might do about it; empty where there is no honest advice. */
  play: z.string(),
});

export type FeatureDefinition = z.infer<typeof featureDefinitionSchema>;

export const featureSetSchema = z.object({
  name: z.string().min(1),
  version: z.int().min(1),
  features: z.array(featureDefinitionSchema).min(1),
});

/** The named, versioned list of model inputs, in model order. */
export type FeatureSet = z.infer<typeof featureSetSchema>;

/** SHA-256 (hex) over name, version and every definition, in order: equal hash, equal contract. */
export function featureSetHash(featureSet: FeatureSet): string {
  const canonical = JSON.stringify([
    featureSet.name,
    featureSet.version,
    featureSet.features.map((f) => [f.name, f.type, f.label, f.unit, f.risk_when, f.play]),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
