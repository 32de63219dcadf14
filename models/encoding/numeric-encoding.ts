import { z } from 'zod';
import { quantileOfSorted } from '../../stats/quantile-of-sorted.ts';

/** How one numeric feature becomes inputs, in this order: scaled value, one input per bin, missing. */
export const numericEncodingSchema = z.object({
  kind: z.literal('number'),
  feature: z.string(),
  median: z.number(),
  /** One unit of the scaled value; positive. */
  scale: z.number().positive(),
  /** Whether the scaled value is an input. */
  linear: z.boolean(),
  /** Ascending bin edges; n + 1 edges make n piecewise-linear inputs. */
  edges: z.array(z.number()),
  /** Whether missingness is an input: it is when training saw some. */
  missing: z.boolean(),
  /** More rows lack the value than have it, so that "typical" is to have none. */
  mostlyMissing: z.boolean(),
});

export type NumericEncoding = z.infer<typeof numericEncodingSchema>;

export interface NumericEncodingOptions {
  /** Bins of the piecewise-linear encoding; 0 for none. */
  readonly piecewiseBins: number;
  /** Whether to give the scaled value as well. */
  readonly linear: boolean;
}

/** Values past about so many scales are drawn in: an outlier moves a score, it does not own it. */
const SMOOTH_CLIP = 3;

/** The encoding of a numeric column, or why it can teach nothing. */
export function fitNumericEncoding(
  feature: string,
  values: Float64Array,
  { piecewiseBins, linear }: NumericEncodingOptions,
): NumericEncoding | { readonly dropped: string } {
  const { sorted, missingCount } = finiteSorted(values);
  if (sorted.length === 0) return { dropped: missingCount > 0 ? 'no value at all' : 'never finite' };
  const low = sorted[0]!;
  const high = sorted[sorted.length - 1]!;
  if (low === high && missingCount === 0) return { dropped: `always ${low}` };
  const inner = sorted.find((value) => value !== low);
  const binary = inner === undefined || inner === high;
  return {
    kind: 'number',
    feature,
    median: sorted[Math.floor((sorted.length - 1) / 2)]!,
    scale: robustScale(sorted),
    linear: linear && !binary,
    edges: low === high ? [] : binary ? [low, high] : binEdges(sorted, piecewiseBins),
    missing: missingCount > 0,
    mostlyMissing: missingCount > values.length / 2,
  };
}

/** Quantiles of so many evenly spaced rows are as good as those of all; least and greatest are those of all. */
const QUANTILE_ROWS = 8_192;

function finiteSorted(values: Float64Array): { sorted: Float64Array; missingCount: number } {
  const stride = Math.ceil(values.length / QUANTILE_ROWS);
  const finite = new Float64Array(Math.ceil(values.length / stride) + 2);
  let count = 0;
  let missingCount = 0;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) missingCount++;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    if (row % stride === 0) finite[count++] = value;
  }
  // A flag raised in one row of a thousand must not look constant.
  if (stride > 1 && least <= greatest) {
    finite[count++] = least;
    finite[count++] = greatest;
  }
  return { sorted: finite.subarray(0, count).sort(), missingCount };
}

export function numericWidth({ linear, edges, missing }: NumericEncoding): number {
  return (linear ? 1 : 0) + Math.max(0, edges.length - 1) + (missing ? 1 : 0);
}

/** Writes rows [from, to) into `inputs` (rows × stride) from column `offset` on. A missing value reads as the median. */
export function encodeNumeric(
  encoding: NumericEncoding,
  values: Float64Array,
  from: number,
  to: number,
  inputs: Float32Array,
  offset: number,
  stride: number,
): void {
  const { median, scale, linear, edges, missing } = encoding;
  const bins = Math.max(0, edges.length - 1);
  let start = offset;
  for (let row = from; row < to; row++, start += stride) {
    const value = values[row]!;
    const isMissing = Number.isNaN(value);
    const known = isMissing ? median : value;
    let at = start;
    if (linear) inputs[at++] = smoothClip((known - median) / scale);
    for (let bin = 0; bin < bins; bin++) {
      const low = edges[bin]!;
      // Edges ascend: past the value every input is 0, which a zeroed buffer already says.
      if (known <= low) break;
      const high = edges[bin + 1]!;
      inputs[at + bin] = known >= high ? 1 : (known - low) / (high - low);
    }
    if (missing && isMissing) inputs[at + bins] = 1;
  }
}

function smoothClip(scaled: number): number {
  // Far out the square below overflows, and the clipped value has long arrived.
  if (Math.abs(scaled) > 1e6) return scaled > 0 ? SMOOTH_CLIP : -SMOOTH_CLIP;
  return scaled / Math.sqrt(1 + (scaled / SMOOTH_CLIP) ** 2);
}

/** The narrowest central spread that is not zero, in units that would make it 1.35 standard deviations. */
function robustScale(sorted: Float64Array): number {
  for (const [tail, deviations] of [
    [0.25, 1.35],
    [0.05, 3.29],
    [0.01, 4.65],
    [0, 6],
  ] as const) {
    const spread = quantileOfSorted(sorted, 1 - tail) - quantileOfSorted(sorted, tail);
    if (spread > 0 && Number.isFinite(spread)) return spread / deviations;
  }
  return 1;
}

/**
 * Edges at equal shares of rows. A value that many rows share (the zero of a count) would swallow most of them,
 * so it gets one edge and the rest is cut evenly.
 */
function binEdges(sorted: Float64Array, bins: number): number[] {
  if (bins === 0) return [];
  const cuts = (values: Float64Array): number[] =>
    Array.from({ length: bins }, (_, bin) => quantileOfSorted(values, bin / bins));
  const low = sorted[0]!;
  const high = sorted[sorted.length - 1]!;
  const even = new Set([...cuts(sorted), high]);
  if (even.size === bins + 1) return [...even];
  const aboveLow = sorted.subarray(sorted.findIndex((value) => value !== low));
  return [...new Set([low, ...cuts(aboveLow), high])];
}
