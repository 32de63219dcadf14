import { z } from 'zod';
import type { CategoryColumn } from '../../features/contract/feature-frame.ts';

/** How one category becomes inputs, in this order: one per kept level, the pool of rare ones, missing. */
export const categoryEncodingSchema = z.object({
  kind: z.literal('category'),
  feature: z.string(),
  levels: z.array(z.string()),
  /** Whether rare levels were pooled; unseen levels join them, or read as no level where nothing was pooled. */
  other: z.boolean(),
  missing: z.boolean(),
  /** What an input reads where its level applies; less where there are many levels. */
  height: z.number().positive(),
  /** The most frequent level; null when most rows have none. */
  typical: z.string().nullable(),
});

export type CategoryEncoding = z.infer<typeof categoryEncodingSchema>;

/** Up to so many levels are heard in full. */
const LEVELS_IN_FULL = 4;

/**
 * Levels of a long list are each seen seldom, and together drown what the other features say: networks learn them by
 * heart. Reading less than 1, such an input needs more evidence for the same effect.
 */
function heightOf(inputs: number): number {
  return Math.min(1, LEVELS_IN_FULL / inputs);
}

export interface CategoryEncodingOptions {
  /** A level seen in fewer rows is pooled. */
  readonly rareRows: number;
  readonly maximumLevels: number;
}

export function fitCategoryEncoding(
  feature: string,
  { codes, levels }: CategoryColumn,
  { rareRows, maximumLevels }: CategoryEncodingOptions,
): CategoryEncoding | { readonly dropped: string } {
  const counts = new Map<string, number>();
  let missingCount = 0;
  for (const code of codes) {
    if (code < 0) missingCount++;
    else counts.set(levels[code]!, (counts.get(levels[code]!) ?? 0) + 1);
  }
  // Ties by name, so that the order of rows does not matter.
  const ranked = [...counts].sort(
    ([left, leftRows], [right, rightRows]) => rightRows - leftRows || (left < right ? -1 : 1),
  );
  const frequent = ranked.filter(([, rows]) => rows >= rareRows).slice(0, maximumLevels);
  const other = frequent.length < ranked.length;
  if (ranked.length === 0) return { dropped: 'no value at all' };
  if (frequent.length + (other ? 1 : 0) + (missingCount > 0 ? 1 : 0) < 2)
    return { dropped: ranked.length === 1 ? `always ${ranked[0]![0]}` : 'every level is rare' };
  return {
    kind: 'category',
    feature,
    height: heightOf(frequent.length + (other ? 1 : 0)),
    levels: frequent.map(([level]) => level),
    other,
    missing: missingCount > 0,
    typical: missingCount > codes.length / 2 ? null : ranked[0]![0],
  };
}

export function categoryWidth({ levels, other, missing }: CategoryEncoding): number {
  return levels.length + (other ? 1 : 0) + (missing ? 1 : 0);
}

/** Writes rows [from, to) into zeroed `inputs` (rows × stride) from column `offset` on. */
export function encodeCategory(
  encoding: CategoryEncoding,
  { codes, levels }: CategoryColumn,
  from: number,
  to: number,
  inputs: Float32Array,
  offset: number,
  stride: number,
): void {
  const inputOf = new Map(encoding.levels.map((level, index) => [level, index]));
  const otherInput = encoding.other ? encoding.levels.length : -1;
  const missingInput = encoding.missing ? encoding.levels.length + (encoding.other ? 1 : 0) : -1;
  const inputOfCode = Int32Array.from(levels, (level) => inputOf.get(level) ?? otherInput);
  for (let row = from; row < to; row++) {
    const code = codes[row]!;
    const input = code < 0 ? missingInput : inputOfCode[code]!;
    if (input >= 0) inputs[(row - from) * stride + offset + input] = encoding.height;
  }
}
