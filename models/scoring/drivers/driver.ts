/** What a feature shows for one account; null where there is none. */
export type FeatureValue = number | string | null;

/** One feature's part in a driver. */
export interface DriverColumn {
  readonly feature: string;
  /** Log-odds on the longest horizon; positive raises the risk. */
  readonly contribution: number;
  /** The account's own value; null where there is none. */
  readonly value: FeatureValue;
  /** What the training population typically shows (median, or most frequent level). */
  readonly typical: FeatureValue;
  /** What it was before, where that says more than what is typical: the window before, or the previous score. */
  readonly before?: FeatureValue;
}

/**
 * One theme's signed contribution to one score, as codes. Those of all themes add up to the log-odds of the score less
 * those of the typical account, or of the previous score.
 */
export interface Driver {
  readonly theme: string;
  /** Log-odds on the longest horizon: the sum over every feature of the theme; positive raises the risk. */
  readonly contribution: number;
  /** The one that tells it, then the strongest others. */
  readonly columns: readonly [DriverColumn, ...DriverColumn[]];
}
