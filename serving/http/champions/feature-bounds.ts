import type { Encoder } from '../../../models/encoder.ts';

/** What the training rows of a model held, by feature. */
export type FeatureBounds = ReadonlyMap<string, (value: number | string) => boolean>;

/**
 * Which values lie within what a model has learnt from: between the least and the greatest for numbers, one of the
 * levels that it tells apart for categories. Features whose encoding keeps no range are left out.
 */
export function featureBounds(encoders: readonly Encoder[]): FeatureBounds {
  const ranges = new Map<string, { low: number; high: number }>();
  const levels = new Map<string, Set<string>>();
  for (const encoding of encoders.flatMap(({ encodings }) => encodings)) {
    if (encoding.kind === 'category') {
      const known = levels.get(encoding.feature) ?? new Set();
      for (const level of encoding.levels) known.add(level);
      levels.set(encoding.feature, known);
    } else if (encoding.edges.length >= 2) {
      const range = ranges.get(encoding.feature) ?? { low: Infinity, high: -Infinity };
      range.low = Math.min(range.low, encoding.edges[0]!);
      range.high = Math.max(range.high, encoding.edges.at(-1)!);
      ranges.set(encoding.feature, range);
    }
  }
  const bounds = new Map<string, (value: number | string) => boolean>();
  for (const [feature, { low, high }] of ranges)
    bounds.set(feature, (value) => typeof value === 'number' && value >= low && value <= high);
  for (const [feature, known] of levels) bounds.set(feature, (value) => known.has(String(value)));
  return bounds;
}
