import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * How a person says what a feature shows. {value} stands for the value with its unit ("6 days"), {number} for the value
 * without a countable unit, {before} for what it was, {moved} for "rose" or "fell".
 */
const featureWordingSchema = z.object({
  /** Above what it is compared with, or equal; "{label}: {value}" where it is left out. */
  up: z.string().optional(),
  /** Below it; as `up` where it is left out. */
  down: z.string().optional(),
  /** Where the value is 0. */
  zero: z.string().optional(),
  /** Where the value is below 0; {size} stands for the value without its sign. */
  negative: z.string().optional(),
  /** Where the value is unknown. */
  none: z.string().optional(),
  /** Against the account's own window before; only with `twice`. */
  past: z.string().optional(),
  /** Against the value at the previous score. */
  since: z.string().optional(),
  /** False where "typical" would tell nobody anything. */
  compared: z.boolean().optional(),
});

/**
 * One model input as the dbt project declares it.
 * `risk_when` says which way the feature is expected to push risk; `either` makes no claim.
 */
export const featureDefinitionSchema = z.object({
  /** Column name in the mart, e.g. `events_28d`. */
  name: z.string().min(1),
  type: z.enum(['number', 'category', 'boolean']),
  /** What people call it, in lower case so that it fits into a sentence: "active days in the last 4 weeks". */
  label: z.string().min(1),
  /** `count`, `days`, `ratio`, … ; empty for categories. */
  unit: z.string(),
  risk_when: z.enum(['high', 'low', 'either']),
  /** Code of what it tells of, with other features; without one it shares a theme with its other windows. */
  theme: z.string().min(1).optional(),
  /** The raw table and field whose value at the as-of date it shows, such as `subscriptions.seats`: a source that keeps no history overwrites it. */
  state_of: z.string().optional(),
  wording: featureWordingSchema.optional(),
  /** What to do where being above or below the comparison raises the risk; empty where there is no honest advice. */
  plays: z.object({ up: z.string(), down: z.string() }).optional(),
  /** The feature that counts the same over a window twice as long: less this one, it is the window before. */
  twice: z.string().optional(),
  /** The feature whose counts tell this one, a ratio, better than its own value does. */
  told_by: z.string().optional(),
});

export type FeatureDefinition = z.infer<typeof featureDefinitionSchema>;

export const featureSetSchema = z.object({
  name: z.string().min(1),
  version: z.int().min(1),
  /** What the theme codes of the features are called. */
  themes: z.array(z.object({ code: z.string().min(1), label: z.string().min(1) })).optional(),
  features: z.array(featureDefinitionSchema).min(1),
});

/** The named, versioned list of model inputs, in model order. */
export type FeatureSet = z.infer<typeof featureSetSchema>;

/**
 * SHA-256 (hex) over name, version and every feature's name and type, in order: equal hash, equal contract. Words are
 * not part of it, so they can be mended without training anew.
 */
export function featureSetHash(featureSet: FeatureSet): string {
  const canonical = JSON.stringify([
    featureSet.name,
    featureSet.version,
    featureSet.features.map((f) => [f.name, f.type]),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
