import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { Encoder } from './encoder.ts';

/** What the training population typically shows: the median or most frequent level; null for mostly none. */
export function typicalValues(encoder: Encoder): ReadonlyMap<string, number | string | null> {
  return new Map(
    encoder.encodings.map((encoding) => [
      encoding.feature,
      encoding.kind === 'category' ? encoding.typical : encoding.mostlyMissing ? null : encoding.median,
    ]),
  );
}

/** The account that drivers are measured against, as a frame of one row. */
export function typicalAccount(encoder: Encoder, featureSet: FeatureSet): FeatureFrame {
  const values = typicalValues(encoder);
  const columns = new Map<string, FeatureColumn>();
  for (const { name, type } of featureSet.features) {
    const value = values.get(name) ?? null;
    columns.set(
      name,
      type === 'category'
        ? {
            kind: 'category',
            codes: Int32Array.of(value === null ? -1 : 0),
            levels: value === null ? [] : [String(value)],
          }
        : { kind: 'number', values: Float64Array.of(value === null ? Number.NaN : Number(value)) },
    );
  }
  return { rowCount: 1, columns };
}
