import type { FeatureSet } from '../../../features/contract/feature-set.ts';

export interface Themes {
  readonly codes: readonly string[];
  /** Position in `codes` by feature, in feature-set order. */
  readonly ofFeature: Int32Array;
}

const WINDOW_TOKEN = /_(?:\d+d|\d+_days|week_?\d+|w\d+)(?=_|$)/g;

/** The themes of a feature set. A feature that declares none shares one with its other windows. */
export function themesOf({ features }: FeatureSet): Themes {
  const declared = features.map(({ name, theme }) => theme ?? measureOf(name));
  const codes = [...new Set(declared)];
  return { codes, ofFeature: Int32Array.from(declared, (code) => codes.indexOf(code)) };
}

/**
 * The contributions of one row added up by theme: nothing is left out, so the sums have the total of the contributions.
 *
 * @param contributions rows × features
 */
export function sumByTheme(
  { codes, ofFeature }: Themes,
  contributions: Float64Array,
  row: number,
): Float64Array {
  const sums = new Float64Array(codes.length);
  const first = row * ofFeature.length;
  for (let feature = 0; feature < ofFeature.length; feature++)
    sums[ofFeature[feature]!]! += contributions[first + feature]!;
  return sums;
}

/**
 * What a feature measures, whatever the window: its name without window tokens.
 *
 * @example measureOf('active_days_28d') // 'active_days'
 * @example measureOf('events_week_03') // 'events'
 */
export function measureOf(name: string): string {
  return name.replace(WINDOW_TOKEN, '');
}
