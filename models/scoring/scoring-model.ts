import type { CategoryColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { Driver } from './drivers/driver.ts';
import type { RiskBand } from './probability/risk-bands.ts';

/** For whom a model was trained. Scoring takes the champion of the narrowest scope that has one. */
export type ModelScope =
  | { readonly kind: 'operator' }
  | { readonly kind: 'tenants' }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  /** Trained on a table by hand; never picked by the nightly batch. */
  | { readonly kind: 'table' };

export interface ScoreOptions {
  /** Drivers kept per row, strongest first; 0 skips the work. */
  readonly driversPerRow: number;
  /** Whose calibration each row takes; without it, or for a tenant that the model has not met, that of all. */
  readonly tenantIds?: CategoryColumn;
  /** The same accounts at the previous as-of: `rowOf[i]` is the row of this frame's row i there, -1 for none. */
  readonly previous?: { readonly frame: FeatureFrame; readonly rowOf: Int32Array };
}

/** Scores by column, row i of each speaks about row i of the scored frame. */
export interface ScoredFrame {
  readonly rowCount: number;
  /** One per target, ascending horizon; calibrated, non-decreasing in the horizon. */
  readonly probabilities: readonly Float64Array[];
  /**
   * 80 % interval of the longest horizon's probability: of the churn rate among accounts that are scored like this one.
   * NaN under a version that does not say how sure it is.
   */
  readonly interval: { readonly low: Float64Array; readonly high: Float64Array };
  readonly bands: readonly RiskBand[];
  /** Empty lists when `driversPerRow` is 0. */
  readonly drivers: readonly (readonly Driver[])[];
  /** Longest horizon under the same model at the previous as-of; NaN where there was none. */
  readonly previousProbability: Float64Array;
  /** What moved the score since then: contributions add up to the log-odds now minus those then. */
  readonly changeDrivers: readonly (readonly Driver[])[];
  /**
   * Log-odds on the longest horizon of the typical account, calibrated as the row is: where its drivers start. With what all
   * themes contribute it gives the log-odds of the score. NaN when `driversPerRow` is 0.
   */
  readonly typicalLogOdds: Float64Array;
}

/** A verified, loaded model version. The one scoring path: batch, HTTP, CLI and evaluation all call `score`. */
export interface ScoringModel {
  readonly name: string;
  readonly version: string;
  readonly scope: ModelScope;
  readonly featureSet: FeatureSet;
  readonly featureSetHash: string;
  /** Label columns it predicts, ascending horizon, e.g. churned_30d, churned_60d, churned_90d. */
  readonly targets: readonly string[];
  /** Needs every feature of the feature set as a column; extra columns are ignored, missing ones refused. */
  score(frame: FeatureFrame, options: ScoreOptions): ScoredFrame;
}
