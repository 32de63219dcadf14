import { type AsOfDate, toEpochDay } from '../../features/contract/as-of-date.ts';
import { type FeatureFrame, takeRows } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { collectFrame, frameColumns } from '../../features/frame/collect-frame.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { BatchColumn, ColumnBatch, Relation } from '../../features/warehouse/warehouse.ts';
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
 * accounts comes with zero rows. A query per tenant would cost twenty times as much as its rows do, so this is
 * one query, cut where the tenant changes. No two tenants' rows ever meet in a frame.
 */
export async function* readFeaturesByTenant(
  reader: CrossTenantReader,
  featureSet: FeatureSet,
  { asOf, previousAsOf, tenantIds }: FeaturesToRead,
): AsyncGenerator<readonly [TenantId, TenantFeatures]> {
  const ascending = tenantIds.toSorted();
  const rows = reader.read({
    relation: ACCOUNT_FEATURES,
    columns: [...new Set([...frameColumns(featureSet), 'mrr', 'billing_currency', 'renews_at'])],
    where: [
      // The range is what lets an engine skip blocks; the list is what is meant.
      { column: 'tenant_id', is: '>=', value: ascending[0]! },
      { column: 'tenant_id', is: '<=', value: ascending.at(-1)! },
      { column: 'tenant_id', is: 'in', value: ascending },
      { column: 'as_of_date', is: 'in', value: previousAsOf === null ? [asOf] : [previousAsOf, asOf] },
    ],
    orderBy: ['tenant_id', 'as_of_date', 'account_id'],
  });
  const absent = new Set(tenantIds);
  for await (const [tenantId, batches] of cutByTenant(rows)) {
    absent.delete(tenantId);
    yield [tenantId, await tenantFeatures(batches, featureSet, asOf)];
  }
  for (const tenantId of absent) yield [tenantId, await tenantFeatures([], featureSet, asOf)];
}

/** Batches of rows ordered by tenant, as the batches of each tenant. */
async function* cutByTenant(
  batches: AsyncIterable<ColumnBatch>,
): AsyncGenerator<readonly [TenantId, readonly ColumnBatch[]]> {
  let tenantId: string | null = null;
  let parts: ColumnBatch[] = [];
  for await (const batch of batches) {
    const tenantIds = textsOf(batch, 'tenant_id');
    for (let start = 0; start < batch.rowCount; ) {
      const next = tenantIds[start]!;
      if (next !== tenantId && tenantId !== null) {
        yield [tenantIdSchema.parse(tenantId), parts];
        parts = [];
      }
      tenantId = next;
      let end = start + 1;
      while (end < batch.rowCount && tenantIds[end] === next) end++;
      parts.push(rowsBetween(batch, start, end));
      start = end;
    }
  }
  if (tenantId !== null) yield [tenantIdSchema.parse(tenantId), parts];
}

function rowsBetween(batch: ColumnBatch, start: number, end: number): ColumnBatch {
  const columns = new Map<string, BatchColumn>();
  for (const [name, column] of batch.columns)
    columns.set(
      name,
      column.kind === 'text'
        ? { ...column, values: column.values.slice(start, end) }
        : { ...column, values: column.values.subarray(start, end) },
    );
  return { rowCount: end - start, columns };
}

/** @param batches One tenant's rows, those of the previous as-of date first. */
async function tenantFeatures(
  batches: readonly ColumnBatch[],
  featureSet: FeatureSet,
  asOf: AsOfDate,
): Promise<TenantFeatures> {
  const { frame, keys } = await collectFrame(streamed(batches), featureSet);
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

async function* streamed(batches: readonly ColumnBatch[]): AsyncGenerator<ColumnBatch> {
  yield* batches;
}

function rowNumbers(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, offset) => from + offset);
}
