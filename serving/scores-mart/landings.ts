import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { isErasureRun } from './erasure-runs.ts';
import { readSucceededRuns, runsByTenant } from './succeeded-runs.ts';

/** When a tenant's newest day was last scored. Filling an older day in is no landing. */
export interface TenantLanding {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate;
  readonly landedAt: Date;
}

/** Of every tenant that was ever scored. */
export async function readLandings(reader: CrossTenantReader): Promise<readonly TenantLanding[]> {
  // What an erasure records is no night.
  const runs = (await readSucceededRuns(reader)).filter((run) => !isErasureRun(run));
  return [...runsByTenant(runs)].map(([tenantId, ofTenant]) => ({
    tenantId,
    asOf: ofTenant.at(-1)!.asOf,
    landedAt: ofTenant.at(-1)!.finishedAt,
  }));
}
