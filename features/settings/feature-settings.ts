import { z } from 'zod';
import { asOfDateSchema } from '../contract/as-of-date.ts';

/** A kind of activity: event types that are counted together, and what is said of their counts. */
export const activityKindSchema = z.object({
  /** A word of lower-case letters, digits and underscores; columns are named after it. */
  activity_kind: z.string(),
  /** What people call it, in the plural and in lower case: "log-ins and page views". */
  label: z.string(),
  /** Of its counts: `count`, or what is counted, such as `messages`. */
  unit: z.string(),
  /** `low`: risk goes with little of it. `high`: with much of it, as before a departure. */
  risk_when: z.enum(['high', 'low', 'either']),
  /** What to do where much of it (`play_up`) or little of it (`play_down`) raises the risk; empty for no honest advice. */
  play_up: z.string(),
  play_down: z.string(),
});

export type ActivityKind = z.infer<typeof activityKindSchema>;

export const featureSettingsSchema = z.object({
  /** In column order; `other` is the last. */
  activity_kinds: z.array(activityKindSchema),
  /** Whole weeks before an as-of date, ascending; 28 and 84 are among them. */
  window_days: z.array(z.int()),
  /** The first of the regular as-of dates. */
  grid_start: asOfDateSchema,
  /** Their distance, in whole weeks. */
  grid_step_days: z.int(),
  /** Event type, in lower case → the kind it counts as. Types that are absent count as `other`. */
  event_kinds: z.record(z.string(), z.string()),
});

/** What a platform decides about its features. */
export type FeatureSettings = z.infer<typeof featureSettingsSchema>;
