import type { FeatureSet } from '../contract/feature-set.ts';
import { readMartsManifest } from './marts-manifest.ts';

/**
 * The feature set of the marts that this version of the program builds, in model order.
 * It is declared in features/dbt/models/marts/account_features.yml and nowhere else.
 */
export function loadFeatureSet(): FeatureSet {
  return readMartsManifest().feature_set;
}
