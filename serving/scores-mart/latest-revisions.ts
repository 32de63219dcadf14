import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader, TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from './account-churn-scores.ts';
import { numbersOf, textsOf } from './column-values.ts';
import { type ScoredDate, scoredOn } from './scored-date.ts';

export interface LatestRevision {
  readonly revision: number;
  readonly isWithdrawn: boolean;
  readonly featureHash: string;
}

/** Which revision of each account's score is the latest, by tenant. @param more Further key filters */
export async function readLatestRevisions(
  reader: TenantReader | CrossTenantReader,
  date: ScoredDate,
  more: readonly KeyFilter[] = [],
): Promise<ReadonlyMap<TenantId, ReadonlyMap<string, LatestRevision>>> {
  const latest = new Map<TenantId, Map<string, LatestRevision>>();
  const rows = reader.read({
    relation: accountChurnScores.relation,
    columns: ['tenant_id', 'account_id', 'revision', 'is_withdrawn', 'feature_hash'],
    where: [...more, ...scoredOn(date)],
  });
  for await (const batch of rows) {
    const [tenantIds, accountIds] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'account_id')];
    const featureHashes = textsOf(batch, 'feature_hash');
    const [revisions, withdrawn] = [numbersOf(batch, 'revision'), numbersOf(batch, 'is_withdrawn')];
    for (let row = 0; row < batch.rowCount; row++) {
      const tenantId = tenantIds[row] as TenantId;
      const ofTenant = latest.get(tenantId) ?? new Map<string, LatestRevision>();
      latest.set(tenantId, ofTenant);
      const revision = revisions[row]!;
      if (revision > (ofTenant.get(accountIds[row]!)?.revision ?? 0))
        ofTenant.set(accountIds[row]!, {
          revision,
          isWithdrawn: withdrawn[row] === 1,
          featureHash: featureHashes[row]!,
        });
    }
  }
  return latest;
}
