import { fromEpochDay } from '../../features/contract/as-of-date.ts';
import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import type { SliceSummary } from '../../models/artefact/model-card.ts';

/** Some rows of a labelled frame, with their labels as far as they were known at some day. */
export interface Slice {
  readonly rows: Int32Array;
  /** One column per target, aligned with `rows`; NaN unknown. */
  readonly labels: readonly Float64Array[];
}

/**
 * Rows with what was known of them at `knownAt` (epoch day): a label counts once its window, `windowDays[k]` long,
 * has closed by then. Rows without any known label are left out. Null knows everything.
 */
export function sliceAsKnown(
  { labels, asOfEpochDays }: LabelledFrame,
  rows: Iterable<number>,
  windowDays: readonly number[],
  knownAt: number | null,
): Slice {
  const known = (target: number, row: number): number =>
    knownAt === null || asOfEpochDays === null || asOfEpochDays[row]! + windowDays[target]! <= knownAt
      ? labels[target]![row]!
      : Number.NaN;
  const kept: number[] = [];
  for (const row of rows) if (!Number.isNaN(known(0, row))) kept.push(row);
  return {
    rows: Int32Array.from(kept),
    labels: labels.map((_, target) => Float64Array.from(kept, (row) => known(target, row))),
  };
}

/** A slice with the given positions only. */
export function takePositions({ rows, labels }: Slice, positions: Int32Array): Slice {
  return {
    rows: positions.map((position) => rows[position]!),
    labels: labels.map((column) => Float64Array.from(positions, (position) => column[position]!)),
  };
}

export function summariseSlice({ asOfEpochDays, groups }: LabelledFrame, { rows }: Slice): SliceSummary {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const accounts = new Set<number>();
  for (const row of rows) {
    accounts.add(groups[row]!);
    if (asOfEpochDays === null) continue;
    first = Math.min(first, asOfEpochDays[row]!);
    last = Math.max(last, asOfEpochDays[row]!);
  }
  const dated = Number.isFinite(first);
  return {
    rows: rows.length,
    accounts: accounts.size,
    from: dated ? fromEpochDay(first) : null,
    to: dated ? fromEpochDay(last) : null,
  };
}

/** Slices end to end. */
export function joinSlices(slices: readonly Slice[]): Slice {
  return {
    rows: Int32Array.from(slices.flatMap(({ rows }) => [...rows])),
    labels: slices[0]!.labels.map((_, target) =>
      Float64Array.from(slices.flatMap(({ labels }) => [...labels[target]!])),
    ),
  };
}
