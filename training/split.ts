import type { AsOfDate } from '../features/contract/as-of-date.ts';
import type { LabelledFrame } from '../features/contract/feature-frame.ts';
import { accountSplit } from './account-split.ts';
import type { Slice } from './slice.ts';
import { temporalSplit } from './temporal-split.ts';

export interface SplitOptions {
  readonly seed: number;
  /** Days between a row and the slice after it; by default each label's own window. */
  readonly embargoDays?: number | undefined;
  /** Rows from this date on are the test, and nothing known later trains. */
  readonly testFrom?: AsOfDate | undefined;
  /** Rows of these tenants are the test; others train. */
  readonly testTenants?: readonly string[] | undefined;
}

export interface Split {
  /** What weights are fitted on. */
  readonly training: Slice;
  /** What stops training, blends and calibrates. */
  readonly validation: Slice;
  /** What quality is measured on. */
  readonly test: Slice;
  /** All that the shipped weights may see: also the test, unless it was asked for by date or tenant. */
  readonly production: Slice;
  /** Whether the test was chosen by the caller, and therefore is kept from the shipped weights. */
  readonly testReserved: boolean;
  /** In words, for the card. */
  readonly method: string;
  readonly notes: readonly string[];
}

/** By time where rows have one, by account where not. @throws BadInput when a requested test slice is unusable */
export function split(labelled: LabelledFrame, options: SplitOptions): Split {
  return labelled.asOfEpochDays === null
    ? accountSplit(labelled, options)
    : temporalSplit(labelled, labelled.asOfEpochDays, options);
}

/** The window of a label in days, read off its column name. @example labelWindowDays('churned_30d') // 30 */
export function labelWindowDays(target: string): number | null {
  const match = /_(\d+)d$/.exec(target);
  return match === null ? null : Number(match[1]);
}
