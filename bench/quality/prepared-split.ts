/** One data set, cut in two: models learn from the one file and are measured on the other. */
export interface PreparedSplit {
  readonly set: string;
  readonly seed: number;
  /** Parquet: `account_id`, `as_of_date` where rows have one, features, and the label `churned` (0 or 1). */
  readonly train: string;
  readonly test: string;
  readonly hasAsOf: boolean;
}

export const LABEL = 'churned';
export const ACCOUNT = 'account_id';
export const AS_OF = 'as_of_date';
