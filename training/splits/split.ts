import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { Slice } from './slice.ts';

export interface SplitOptions {
  readonly seed: number;
  /** Days between a row and the slice after it; by default each label's own window. */
  readonly embargoDays?: number | undefined;
  /** Rows from this date on are the test, and nothing known later trains. */
  readonly testFrom?: AsOfDate | undefined;
  /** Rows of these tenants are the test; others train. */
  readonly testTenants?: readonly string[] | undefined;
}

/** What one set of weights is fitted on, stopped by and judged on. */
export interface Round {
  readonly training: Slice;
  /** Says when to stop. */
  readonly validation: Slice;
  /** Plays no part in the fit. */
  readonly test: Slice;
}

interface SplitBasis {
  /** All that the shipped weights may see. */
  readonly production: Slice;
  /** In words, for the card. */
  readonly method: string;
  readonly notes: readonly string[];
}

/** Train, then validate, then test, in the order of time; what is shipped is fitted again on all that it may see. */
export interface TemporalSplit extends SplitBasis {
  readonly kind: 'by_time';
  readonly round: Round;
  /** Whether the test was chosen by the caller, and therefore is kept from the shipped weights. */
  readonly testReserved: boolean;
}

/** Every account is judged once by weights that never saw it, and together those weights are what is shipped. */
export interface FoldSplit extends SplitBasis {
  readonly kind: 'by_fold';
  readonly rounds: readonly Round[];
}

export type Split = TemporalSplit | FoldSplit;
