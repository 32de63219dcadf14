import type { TenantId } from '../../features/contract/tenant-id.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { alertOutbox, type OutboxRow, readOutbox } from '../../serving/scores-mart/alert-outbox.ts';

/** One tenant's rows of the outbox, the oldest first; none where nothing was ever raised. */
export async function listAlerts(
  warehouse: Warehouse,
  tenantId: TenantId,
  status: string | undefined,
): Promise<readonly OutboxRow[]> {
  if ((await warehouse.describe(alertOutbox.relation)).length === 0) return [];
  const where = status === undefined ? [] : [{ column: 'status', is: '=' as const, value: status }];
  return readOutbox(tenantReader(warehouse, tenantId), where);
}
