import { z } from 'zod';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';

/** What is said of an account; null is unknown. */
export const alertedAccountSchema = z.object({
  name: z.string().nullable(),
  band: z.enum(RISK_BANDS),
  probability_90d: z.number(),
  previous_probability_90d: z.number().nullable(),
  mrr: z.number().nullable(),
  /** Of the revenue; alerts of earlier versions have none. */
  currency: z.string().nullable().default(null),
  renews_at: z.string().nullable(),
  reasons: z.array(z.string()),
});

export const alertSchema = z.object({
  /** Stable: a hash of tenant, account, rule and as-of date. */
  id: z.string(),
  tenantId: tenantIdSchema,
  /** Null for an alert about the tenant as a whole. */
  accountId: z.string().nullable(),
  rule: z.string(),
  asOf: asOfDateSchema,
  /** Of the account. */
  owner: z.string().nullable(),
  /** One sentence. */
  text: z.string(),
  account: alertedAccountSchema.nullable(),
});

export type Alert = z.infer<typeof alertSchema>;
