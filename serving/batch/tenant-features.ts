import type { FeatureFrame } from '../../features/contract/feature-frame.ts';

/** What the mart knows of one tenant's eligible accounts at one as-of date. */
export interface TenantFeatures {
  readonly frame: FeatureFrame;
  readonly accountIds: readonly string[];
  /** Monthly recurring revenue; NaN where the account has no subscription. */
  readonly mrr: Float64Array;
  /** Milliseconds since 1970-01-01 UTC; NaN where nothing renews. */
  readonly renewsAt: Float64Array;
  /** The same accounts at the tenant's previous as-of date; `rowOf[i]` is the row of row i there, -1 for none. */
  readonly previous: { readonly frame: FeatureFrame; readonly rowOf: Int32Array } | null;
}
