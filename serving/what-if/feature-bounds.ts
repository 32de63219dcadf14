import type { Encoder } from '../../models/encoding/encoder.ts';

/** The values of a feature in the training rows: the range of its numbers, or the levels that the model distinguishes. */
export type FeatureBounds =
  | { readonly kind: 'number'; readonly low: number; readonly high: number }
  | { readonly kind: 'category'; readonly levels: ReadonlySet<string> };

/** By feature; those whose encoding keeps no range are left out. */
export function featureBounds(encoders: readonly Encoder[]): ReadonlyMap<string, FeatureBounds> {
  const bounds = new Map<string, FeatureBounds>();
  for (const encoding of encoders.flatMap(({ encodings }) => encodings)) {
    const { feature } = encoding;
    const before = bounds.get(feature);
    if (encoding.kind === 'category') {
      const known = before?.kind === 'category' ? before.levels : [];
      bounds.set(feature, { kind: 'category', levels: new Set([...known, ...encoding.levels]) });
    } else if (encoding.edges.length >= 2) {
      const known = before?.kind === 'number' ? before : { low: Infinity, high: -Infinity };
      bounds.set(feature, {
        kind: 'number',
        low: Math.min(known.low, encoding.edges[0]!),
        high: Math.max(known.high, encoding.edges.at(-1)!),
      });
    }
  }
  return bounds;
}
