import { mean, sampleStandardDeviation } from 'simple-statistics';
import { quantiles } from '../../stats/quantiles.ts';
import type { CategoryColumn, FeatureFrame, NumberColumn } from '../contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../contract/feature-set.ts';

/** Most frequent levels that a profile names. */
const TOP_LEVELS = 5;

interface ProfileHead {
  readonly feature: string;
  readonly label: string;
  readonly unit: string;
  readonly rows: number;
  /** Rows without a value. */
  readonly missing: number;
}

/** Over the rows that have a value; null when no row has one. */
export interface NumberProfile extends ProfileHead {
  /** The mean of a boolean is the share of rows where it holds. */
  readonly type: 'number' | 'boolean';
  readonly mean: number | null;
  /** Of the sample; null below two values. */
  readonly standard_deviation: number | null;
  readonly min: number | null;
  readonly p5: number | null;
  readonly p25: number | null;
  readonly median: number | null;
  readonly p75: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

export interface CategoryProfile extends ProfileHead {
  readonly type: 'category';
  /** Levels that occur. */
  readonly levels: number;
  /** The most frequent, most frequent first, with their rows. */
  readonly top: readonly { readonly level: string; readonly rows: number }[];
}

export type FeatureProfile = NumberProfile | CategoryProfile;

/**
 * What a frame holds, feature by feature, in the order of the feature set. It takes tens of milliseconds a column:
 * it is for reading, not for the hot path.
 *
 * @example profileFrame(frame, featureSet)[0] // { feature: 'segment', type: 'category', missing: 0, levels: 3, … }
 */
export function profileFrame(frame: FeatureFrame, featureSet: FeatureSet): FeatureProfile[] {
  return featureSet.features.map((definition) => {
    const column = frame.columns.get(definition.name);
    if (column === undefined) throw new TypeError(`The frame has no column ${definition.name}`);
    return column.kind === 'number' ? numberProfile(definition, column) : categoryProfile(definition, column);
  });
}

function numberProfile(
  { name, type, label, unit }: FeatureDefinition,
  { values }: NumberColumn,
): NumberProfile {
  const present = Array.from(values).filter(Number.isFinite);
  const [min, p5, p25, median, p75, p95, max] = quantiles(values, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]);
  return {
    feature: name,
    type: type === 'boolean' ? 'boolean' : 'number',
    label,
    unit,
    rows: values.length,
    missing: values.length - present.length,
    mean: present.length === 0 ? null : mean(present),
    standard_deviation: present.length < 2 ? null : sampleStandardDeviation(present),
    min: orNull(min),
    p5: orNull(p5),
    p25: orNull(p25),
    median: orNull(median),
    p75: orNull(p75),
    p95: orNull(p95),
    max: orNull(max),
  };
}

function categoryProfile(
  { name, label, unit }: FeatureDefinition,
  { codes, levels }: CategoryColumn,
): CategoryProfile {
  const present = Array.from(codes).filter((code) => code >= 0);
  const head = { feature: name, type: 'category', label, unit, rows: codes.length } as const;
  if (present.length === 0) return { ...head, missing: codes.length, levels: 0, top: [] };
  const rowsOf = new Map<number, number>();
  for (const code of present) rowsOf.set(code, (rowsOf.get(code) ?? 0) + 1);
  const byRows = Array.from(rowsOf, ([code, rows]) => ({ level: levels[code]!, rows })).sort(
    (a, b) => b.rows - a.rows || (a.level < b.level ? -1 : 1),
  );
  return {
    ...head,
    missing: codes.length - present.length,
    levels: byRows.length,
    top: byRows.slice(0, TOP_LEVELS),
  };
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
