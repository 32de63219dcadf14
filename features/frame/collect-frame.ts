import type { AccountKeys, FeatureColumn, FeatureFrame } from '../contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../contract/feature-set.ts';
import type { BatchColumn, Batches, ColumnBatch } from '../warehouse/warehouse.ts';
import type { ColumnBuilder } from './column-builders.ts';
import { CategoryBuilder, NumberBuilder } from './column-builders.ts';

const KEY_COLUMNS = ['tenant_id', 'account_id', 'as_of_date'] as const;

export interface CollectedFrame {
  readonly frame: FeatureFrame;
  readonly keys: AccountKeys;
}

/** Columns to select from the feature mart for `collectFrame`: the keys, then every feature in model order. */
export function frameColumns(featureSet: FeatureSet): readonly string[] {
  return [...KEY_COLUMNS, ...featureSet.features.map(({ name }) => name)];
}

/**
 * Batches of the feature mart as one frame with its keys, rows in the order they arrive.
 * Numbers and booleans become NumberColumns (NaN missing, booleans 0/1), text becomes CategoryColumns.
 *
 * @example
 * const { frame, keys } = await collectFrame(
 *   reader.read({ relation: accountFeatures, columns: frameColumns(featureSet), where }), featureSet);
 */
export async function collectFrame(batches: Batches, featureSet: FeatureSet): Promise<CollectedFrame> {
  const tenantIds = new CategoryBuilder();
  const accountIds: string[] = [];
  const asOfEpochDays = new NumberBuilder();
  const features = featureSet.features.map(featureBuilder);
  let rowCount = 0;
  for await (const batch of batches) {
    tenantIds.add(present(batch, 'tenant_id'));
    const accounts = present(batch, 'account_id');
    if (accounts.kind !== 'text') throw new TypeError('account_id of a batch is not text');
    for (const account of accounts.values) accountIds.push(account ?? '');
    asOfEpochDays.add(present(batch, 'as_of_date'));
    for (const [index, { name }] of featureSet.features.entries()) features[index]!.add(present(batch, name));
    rowCount += batch.rowCount;
  }
  const columns = new Map<string, FeatureColumn>(
    featureSet.features.map(({ name }, index) => [name, features[index]!.finish()]),
  );
  return {
    frame: { rowCount, columns },
    keys: {
      tenantIds: tenantIds.finish(),
      accountIds,
      asOfEpochDays: Int32Array.from(asOfEpochDays.finish().values),
    },
  };
}

function featureBuilder({ type }: FeatureDefinition): ColumnBuilder {
  return type === 'category' ? new CategoryBuilder() : new NumberBuilder();
}

function present(batch: ColumnBatch, name: string): BatchColumn {
  const column = batch.columns.get(name);
  if (column === undefined) throw new TypeError(`A batch has no column ${name}`);
  return column;
}
