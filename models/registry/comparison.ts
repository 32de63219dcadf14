import { z } from 'zod';

const number = z.number().nullable();
const figuresSchema = z.object({ auc: number, log_loss: number });
const intervalSchema = z.object({ value: number, low: number, high: number });
const verdictSchema = z.enum(['better', 'worse', 'undecided']);

/** A candidate and the champion on the same rows; differences are the candidate's figure minus the champion's. */
export const comparisonSchema = z.object({
  candidate: z.string(),
  champion: z.string(),
  /** The content hash of the rows' snapshot or file. */
  data: z.string(),
  rows: z.int(),
  accounts: z.int(),
  /** How fair it is: what either model may have seen of these rows. */
  notes: z.array(z.string()),
  targets: z.array(
    z.object({
      target: z.string(),
      rows: z.int(),
      churned: z.int(),
      candidate: figuresSchema,
      champion: figuresSchema,
      /** With 95 % intervals that resample accounts. */
      difference: z.object({ auc: intervalSchema, log_loss: intervalSchema }),
      verdict: z.object({ auc: verdictSchema, log_loss: verdictSchema }),
    }),
  ),
});

export type Comparison = z.infer<typeof comparisonSchema>;
