import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { readLatestRevisions } from '../scores-mart/latest-revisions.ts';
import { readSucceededRuns } from '../scores-mart/succeeded-runs.ts';
import { featureHashes } from './feature-hashes.ts';
import { readFeaturesByTenant } from './read-features-by-tenant.ts';
import { noLongerScored } from './withdrawn-scores.ts';

/** A day whose scores were made from other features than the mart has now. */
export interface OutdatedScores {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate;
  /** Accounts that would be scored from other features, or for the first time. */
  readonly changed: readonly string[];
  /** Accounts whose score would be withdrawn. */
  readonly gone: readonly string[];
}

/**
 * Which scores of the given dates late data has overtaken: features of the mart are compared with what the served scores
 * were made from. Nothing is scored.
 */
export async function findOutdatedScores(
  warehouse: Warehouse,
  featureSet: FeatureSet,
  dates: readonly { readonly tenantId: string; readonly asOfDates: readonly AsOfDate[] }[],
): Promise<readonly OutdatedScores[]> {
  const outdated: OutdatedScores[] = [];
  const names = featureSet.features.map(({ name }) => name);
  const martHash = featureSetHash(featureSet);
  for (const { tenantId: id, asOfDates } of dates) {
    const tenantId = tenantIdSchema.parse(id);
    const reader = tenantReader(warehouse, tenantId);
    const runs = await readSucceededRuns(reader);
    for (const asOf of asOfDates) {
      const run = runs.findLast((one) => one.asOf === asOf);
      // Features of another set differ by their making, not by late data.
      if (run === undefined || run.featureSetHash !== martHash) continue;
      const scored = (await readLatestRevisions(reader, run)).get(tenantId) ?? new Map();
      const toRead = { asOf, previousAsOf: null, tenantIds: [tenantId] };
      const features = readFeaturesByTenant(acrossTenants(warehouse, 'batch scoring'), featureSet, toRead);
      for await (const [, { accountIds, frame }] of features) {
        const hashes = featureHashes(frame, names);
        const differs = (accountId: string, row: number) => {
          const latest = scored.get(accountId);
          return latest === undefined || latest.isWithdrawn || latest.featureHash !== hashes[row];
        };
        const changed = accountIds.filter(differs);
        const gone = noLongerScored(scored, accountIds);
        if (changed.length + gone.length > 0) outdated.push({ tenantId, asOf, changed, gone });
      }
    }
  }
  return outdated;
}
