/** What a feature shows for one account; null where there is none. */
export type FeatureValue = number | string | null;

/** One feature's signed contribution to one score. */
export interface Driver {
  readonly feature: string;
  readonly label: string;
  /** The account's own value; null where there is none. */
  readonly value: FeatureValue;
  /** What the training population typically shows (median, or most frequent level). */
  readonly typical: FeatureValue;
  /** Log-odds on the longest horizon, relative to the typical account; positive raises the risk. */
  readonly contribution: number;
  readonly direction: 'raises' | 'lowers';
  /** What a person reads: "Active days in the last 28 days fell to 3; accounts like this typically show 14." */
  readonly sentence: string;
  /** What to do about it; empty where the feature set offers none. */
  readonly play: string;
}
