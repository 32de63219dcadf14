import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '../contract/failure.ts';
import { type FeatureSet, featureSetHash, featureSetSchema } from '../contract/feature-set.ts';
import { FEATURE_SET_FILE, readSnapshotManifest } from './snapshot-manifest.ts';

/**
 * The feature set that a snapshot was made with; its warehouse need not be there any more.
 *
 * @throws BadInput when the directory holds no snapshot, or none with its feature set
 */
export function readSnapshotFeatureSet(directory: string): FeatureSet {
  const { feature_set: made } = readSnapshotManifest(directory);
  const refuse = (what: string, cause?: unknown): BadInput =>
    new BadInput({
      where: join(directory, FEATURE_SET_FILE),
      what,
      remedy: 'extract a new one with `churn features extract`',
      cause,
    });
  let featureSet: FeatureSet;
  try {
    featureSet = featureSetSchema.parse(JSON.parse(readFileSync(join(directory, FEATURE_SET_FILE), 'utf8')));
  } catch (error) {
    throw refuse('the feature set of the snapshot cannot be read', error);
  }
  if (featureSetHash(featureSet) !== made.hash) throw refuse('this is not the feature set of the snapshot');
  return featureSet;
}
