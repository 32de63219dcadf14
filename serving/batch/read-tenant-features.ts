import { collectFrame, frameColumns } from '../../features/collect-frame.ts';
import { type AsOfDate, toEpochDay } from '../../features/contract/as-of-date.ts';
import { takeRows } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, Relation } from '../../features/warehouse/warehouse.ts';
import { concatenated, millisecondsOf, numbersOf } from '../scores-mart/batch-columns.ts';
import type { TenantFeatures } from './tenant-features.ts';

const ACCOUNT_FEATURES: Relation = { schema: 'analytics', name: 'account_features' };

/** Reads one tenant's features at an as-of date, and at the one before it, in a single pass over the mart. */
export async function readTenantFeatures(
  reader: TenantReader,
  featureSet: FeatureSet,
  asOf: AsOfDate,
  previousAsOf: AsOfDate | null,
): Promise<TenantFeatures> {
  const mrr: Float64Array[] = [];
  const renewsAt: Float64Array[] = [];
  const keepMoney = async function* (batches: AsyncIterable<ColumnBatch>) {
    for await (const batch of batches) {
      mrr.push(numbersOf(batch, 'mrr'));
      renewsAt.push(millisecondsOf(batch, 'renews_at'));
      yield batch;
    }
  };
  const rows = reader.read({
    relation: ACCOUNT_FEATURES,
    columns: [...new Set([...frameColumns(featureSet), 'mrr', 'renews_at'])],
    where: [{ column: 'as_of_date', is: 'in', value: previousAsOf === null ? [asOf] : [previousAsOf, asOf] }],
    orderBy: ['as_of_date', 'account_id'],
  });
  const { frame, keys } = await collectFrame(keepMoney(rows), featureSet);

  const asOfDay = toEpochDay(asOf);
  const firstNow = keys.asOfEpochDays.indexOf(asOfDay);
  const first = firstNow < 0 ? frame.rowCount : firstNow;
  const accountIds = keys.accountIds.slice(first);
  return {
    frame: first === 0 ? frame : takeRows(frame, rowNumbers(first, frame.rowCount)),
    accountIds,
    mrr: concatenated(mrr).slice(first),
    renewsAt: concatenated(renewsAt).slice(first),
    previous:
      first === 0 ? null : previousOf(takeRows(frame, rowNumbers(0, first)), keys.accountIds, accountIds),
  };
}

function previousOf(
  frame: TenantFeatures['frame'],
  allAccountIds: readonly string[],
  accountIds: readonly string[],
): NonNullable<TenantFeatures['previous']> {
  const rowBefore = new Map<string, number>();
  for (let row = 0; row < frame.rowCount; row++) rowBefore.set(allAccountIds[row]!, row);
  return { frame, rowOf: Int32Array.from(accountIds, (accountId) => rowBefore.get(accountId) ?? -1) };
}

function rowNumbers(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, offset) => from + offset);
}
