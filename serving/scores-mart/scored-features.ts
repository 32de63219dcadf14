import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, TableDefinition } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { textsOf } from './column-values.ts';
import { type PackedRow, packRows } from './packed-features.ts';

/**
 * What was scored, kept beside the scores: the feature mart replaces past dates when back-fills or settings reach them.
 * Grain: one row per tenant, account, as-of date and hash of the feature values.
 */
export const scoredFeatures: TableDefinition = {
  relation: { schema: 'scores', name: 'scored_features' },
  keyColumns: ['tenant_id', 'account_id', 'as_of_date', 'feature_hash'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    { name: 'feature_hash', type: 'text', nullable: false },
    { name: 'feature_set_hash', type: 'text', nullable: false },
    { name: 'numbers', type: 'text', nullable: false },
    { name: 'categories', type: 'json', nullable: false },
  ],
};

/** @param scores The same rows as scores; they name account, date and hash */
export function scoredFeaturesBatch(
  frame: FeatureFrame,
  { featureSet, featureSetHash }: ScoringModel,
  scores: ColumnBatch,
): ColumnBatch {
  const packed = packRows(
    frame,
    featureSet.features.map(({ name }) => name),
  );
  const text = (values: readonly string[], type: 'text' | 'json' = 'text') =>
    ({ kind: 'text', type, values }) as const;
  return {
    rowCount: frame.rowCount,
    columns: new Map([
      ...['tenant_id', 'account_id', 'as_of_date', 'feature_hash'].map(
        (name) => [name, scores.columns.get(name)!] as const,
      ),
      ['feature_set_hash', text(new Array<string>(frame.rowCount).fill(featureSetHash))],
      ['numbers', text(packed.map(({ numbers }) => numbers))],
      [
        'categories',
        text(
          packed.map(({ categories }) => categories),
          'json',
        ),
      ],
    ]),
  };
}

export interface KeptFeatures extends PackedRow {
  readonly featureSetHash: string;
}

/** What one score of an account was made from; null where nothing was kept. */
export async function readScoredFeatures(
  reader: TenantReader,
  key: { readonly accountId: string; readonly asOf: string; readonly featureHash: string },
): Promise<KeptFeatures | null> {
  const rows = reader.read({
    relation: scoredFeatures.relation,
    columns: ['feature_set_hash', 'numbers', 'categories'],
    where: [
      { column: 'account_id', is: '=', value: key.accountId },
      { column: 'as_of_date', is: '=', value: key.asOf },
      { column: 'feature_hash', is: '=', value: key.featureHash },
    ],
  });
  for await (const batch of rows)
    if (batch.rowCount > 0)
      return {
        featureSetHash: textsOf(batch, 'feature_set_hash')[0]!,
        numbers: textsOf(batch, 'numbers')[0]!,
        categories: textsOf(batch, 'categories')[0]!,
      };
  return null;
}
