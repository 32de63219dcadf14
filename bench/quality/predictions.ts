import { z } from 'zod';

export const predictionsSchema = z.object({
  model: z.string(),
  /** Of the library; of ours, what training chose. */
  version: z.string(),
  /** Fitting alone for peers; the whole `churn train` command, start of the program and reading included, for ours. */
  seconds: z.number(),
  /** One per test row, in the table's order. */
  probabilities: z.array(z.number().min(0).max(1)),
});

export type Predictions = z.infer<typeof predictionsSchema>;
