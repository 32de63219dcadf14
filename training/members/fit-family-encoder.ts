import { type FeatureFrame, takeRows } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { type Encoder, fitEncoder } from '../../models/encoding/encoder.ts';
import type { FamilyName } from '../../models/families/families.ts';
import { learnerNamed } from '../learners/learners.ts';
import { sampleSlice } from '../splits/sample-slice.ts';
import type { Slice } from '../splits/slice.ts';

const MOST_ROWS = 60_000;
/** Bins over all features together: wide feature sets are many windows of few measures and need fewer each. */
const MOST_BINS = 800;
const LEAST_BINS = 3;
/** A rare level must be seen this often before it gets a weight of its own. */
const RARE_SHARE = 0.0005;

/**
 * Fits a family's preprocessing on a slice. It looks at features only, never at labels, so rows that are held out
 * for a judgement may be among them.
 */
export function fitFamilyEncoder(
  family: FamilyName,
  frame: FeatureFrame,
  featureSet: FeatureSet,
  slice: Slice,
  seed: number,
): Encoder {
  const { encoding } = learnerNamed(family);
  const { rows } = sampleSlice(slice, MOST_ROWS, `${seed}/encoder`);
  return fitEncoder(takeRows(frame, rows), featureSet, {
    ...encoding,
    piecewiseBins: Math.min(
      encoding.piecewiseBins,
      Math.max(LEAST_BINS, Math.floor(MOST_BINS / featureSet.features.length)),
    ),
    rareRows: Math.max(Math.min(encoding.rareRows, rows.length / 50), RARE_SHARE * rows.length),
  });
}
