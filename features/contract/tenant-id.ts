import { z } from 'zod';

/**
 * A customer organisation of the platform, the isolation boundary.
 * Branded: a plain string is not a tenant, so a row reader cannot be built from one by accident.
 */
export const tenantIdSchema = z
  .string()
  .min(1)
  .max(200)
  // Control characters and surrounding blanks come from a broken export.
  .refine((id) => id.trim() === id && !/\p{Cc}/u.test(id), 'has blanks around it or control characters')
  .brand<'TenantId'>();

export type TenantId = z.infer<typeof tenantIdSchema>;

/** The platform itself; its accounts are the tenants. */
export const OPERATOR_TENANT: TenantId = tenantIdSchema.parse('platform');
