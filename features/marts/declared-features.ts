import { z } from 'zod';

/** Texts, and texts in objects, with {placeholders} for kinds and windows. */
const declaredFeatureSchema = z.object({
  type: z.string().optional(),
  label: z.string(),
  unit: z.string(),
  risk_when: z.string(),
  theme: z.string(),
  state_of: z.string().optional(),
  twice: z.string().optional(),
  told_by: z.string().optional(),
  wording: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  plays: z.object({ up: z.string().optional(), down: z.string().optional() }).optional(),
});

export type DeclaredFeature = z.infer<typeof declaredFeatureSchema>;

/** The feature set as features/dbt/models/marts/account_features.yml declares it, before kinds and windows are known. */
export const declaredFeaturesSchema = z.object({
  name: z.string().min(1),
  version: z.int().min(1),
  themes: z.array(z.object({ code: z.string(), label: z.string() })),
  /** What is said of all columns of a form, such as `{kind}_events_{window}d`. */
  patterns: z.array(declaredFeatureSchema.extend({ columns: z.string() })),
  /** What single columns say of themselves. */
  features: z.record(z.string(), declaredFeatureSchema),
  /** Columns that are keys or context. */
  no_features: z.array(z.string()),
});

export type DeclaredFeatures = z.infer<typeof declaredFeaturesSchema>;
