import { type AsOfDate, toEpochDay } from '../../features/contract/as-of-date.ts';
import { type FeatureFrame, takeRows } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { collectFrame, frameColumns } from '../../features/frame/collect-frame.ts';
import { rowsByTenant, type TenantRows } from '../../features/warehouse/tenant-rows.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, Relation } from '../../features/warehouse/warehouse.ts';
import { concatenated, millisecondsOf, numbersOf, textsOf } from '../scores-mart/column-values.ts';

const ACCOUNT_FEATURES: Relation = { schema: 'analytics', name: 'account_features' };

/** What the mart knows of one tenant's eligible accounts at one as-of date. */
export interface TenantFeatures {
  readonly frame: FeatureFrame;
  readonly accountIds: readonly string[];
  /** Monthly recurring revenue; NaN where the account has no subscription. */
  readonly mrr: Float64Array;
  /** Of the revenue; null where the account has no subscription. */
  readonly currencies: readonly (string | null)[];
  /** Milliseconds since 1970-01-01 UTC; NaN where nothing renews. */
  readonly renewsAt: Float64Array;
  /** The same accounts at the tenant's previous as-of date; `rowOf[i]` is the row of row i there, -1 for none. */
  readonly previous: { readonly frame: FeatureFrame; readonly rowOf: Int32Array } | null;
}

export interface FeaturesToRead {
  readonly asOf: AsOfDate;
  readonly previousAsOf: AsOfDate | null;
  readonly tenantIds: readonly TenantId[];
}

/**
 * Streams the features of several tenants, one tenant at a time and each tenant once; one without eligible
 * accounts comes with zero rows. No two tenants' rows ever meet in a frame.
 */
export async function* readFeaturesByTenant(
  reader: CrossTenantReader,
  featureSet: FeatureSet,
  { asOf, previousAsOf, tenantIds }: FeaturesToRead,
): AsyncGenerator<readonly [TenantId, TenantFeatures]> {
  const ascending = tenantIds.toSorted();
  const rows = rowsByTenant(reader, {
    relation: ACCOUNT_FEATURES,
    columns: [...new Set([...frameColumns(featureSet), 'mrr', 'billing_currency', 'renews_at'])],
    where: [
      // The range is what lets an engine skip blocks; the list is what is meant.
      { column: 'tenant_id', is: '>=', value: ascending[0]! },
      { column: 'tenant_id', is: '<=', value: ascending.at(-1)! },
      { column: 'tenant_id', is: 'in', value: ascending },
      { column: 'as_of_date', is: 'in', value: previousAsOf === null ? [asOf] : [previousAsOf, asOf] },
    ],
    orderBy: ['as_of_date', 'account_id'],
  });
  const absent = new Set(tenantIds);
  for await (const ofTenant of rows) {
    absent.delete(ofTenant.tenantId);
    yield [ofTenant.tenantId, await tenantFeatures(await batchesOf(ofTenant), featureSet, asOf)];
  }
  for (const tenantId of absent) yield [tenantId, await tenantFeatures([], featureSet, asOf)];
}

/** @param batches One tenant's rows, those of the previous as-of date first. */
async function tenantFeatures(
  batches: readonly ColumnBatch[],
  featureSet: FeatureSet,
  asOf: AsOfDate,
): Promise<TenantFeatures> {
  const { frame, keys } = await collectFrame(batches, featureSet);
  const firstNow = keys.asOfEpochDays.indexOf(toEpochDay(asOf));
  const first = firstNow < 0 ? frame.rowCount : firstNow;
  const accountIds = keys.accountIds.slice(first);
  const before = first === 0 ? null : takeRows(frame, rowNumbers(0, first));
  const rowBefore = new Map(keys.accountIds.slice(0, first).map((accountId, row) => [accountId, row]));
  return {
    frame: before === null ? frame : takeRows(frame, rowNumbers(first, frame.rowCount)),
    accountIds,
    mrr: concatenated(batches.map((batch) => numbersOf(batch, 'mrr'))).slice(first),
    currencies: batches.flatMap((batch) => [...textsOf(batch, 'billing_currency')]).slice(first),
    renewsAt: concatenated(batches.map((batch) => millisecondsOf(batch, 'renews_at'))).slice(first),
    previous:
      before === null
        ? null
        : {
            frame: before,
            rowOf: Int32Array.from(accountIds, (accountId) => rowBefore.get(accountId) ?? -1),
          },
  };
}

async function batchesOf(rows: TenantRows): Promise<readonly ColumnBatch[]> {
  const batches: ColumnBatch[] = [];
  for await (const batch of rows.batches()) batches.push(batch);
  return batches;
}

function rowNumbers(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, offset) => from + offset);
}
