import { z } from 'zod';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse, Relation } from '../../features/warehouse/warehouse.ts';
import { numbersOf, textsOf } from './column-values.ts';

/** The mart that has a row per tenant: what churn means there. */
export const TENANT_PROFILES: Relation = { schema: 'analytics', name: 'tenant_profiles' };

const definitionSchema = z.enum(['contractual', 'inactivity', 'both', 'none']);

/** What counts as churn at a tenant. */
export interface ChurnDefinition {
  readonly definition: z.infer<typeof definitionSchema>;
  /** Days without any activity after which an account has churned, where inactivity counts. */
  readonly silentDays: number;
  /** Days without a contract after which an account has churned, where contracts count. */
  readonly graceDays: number;
}

/** Of every tenant that the marts have a profile of; none where they have no such table. */
export async function readChurnDefinitions(
  warehouse: ReadableWarehouse,
): Promise<ReadonlyMap<TenantId, ChurnDefinition>> {
  const definitions = new Map<TenantId, ChurnDefinition>();
  if ((await warehouse.describe(TENANT_PROFILES)).length === 0) return definitions;
  const rows = acrossTenants(warehouse, 'serving snapshot').read({
    relation: TENANT_PROFILES,
    columns: ['tenant_id', 'churn_definition', 'silent_days', 'grace_days'],
  });
  for await (const batch of rows) {
    const [tenantIds, definition] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'churn_definition')];
    const [silentDays, graceDays] = [numbersOf(batch, 'silent_days'), numbersOf(batch, 'grace_days')];
    for (let row = 0; row < batch.rowCount; row++)
      definitions.set(tenantIdSchema.parse(tenantIds[row]), {
        definition: definitionSchema.parse(definition[row]),
        silentDays: silentDays[row]!,
        graceDays: graceDays[row]!,
      });
  }
  return definitions;
}
