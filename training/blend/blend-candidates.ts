import type { CategoryColumn, LabelledFrame } from '../../features/contract/feature-frame.ts';
import type { FamilyName } from '../../models/families/families.ts';
import type { Calibration } from '../../models/scoring/probability/calibration.ts';
import { fitCalibration } from '../fit/fit-calibration.ts';
import { type HazardTargets, hazardTargets } from '../fit/hazard-targets.ts';
import type { Slice } from '../splits/slice.ts';
import { blendShares } from './blend.ts';

/** Log-odds of every candidate on rows that trained none of them. */
export interface CandidateLogits {
  readonly slice: Slice;
  /** rows × intervals each. */
  readonly logits: ReadonlyMap<FamilyName, Float64Array>;
}

export interface BlendedCandidates {
  readonly shares: ReadonlyMap<FamilyName, number>;
  readonly calibration: Calibration;
}

/** Chooses shares and fits the calibration of their sum. */
export function blendCandidates(
  labelled: LabelledFrame,
  { slice, logits }: CandidateLogits,
): BlendedCandidates {
  const targets = hazardTargets(slice.labels);
  const shares = blendShares(targets, [...logits.values()]);
  const blended = new Float64Array(targets.rowCount * targets.intervals);
  [...logits.values()].forEach((column, index) => {
    for (let cell = 0; cell < blended.length; cell++) blended[cell]! += shares[index]! * column[cell]!;
  });
  return {
    shares: new Map([...logits.keys()].map((family, index) => [family, shares[index]!])),
    calibration: fitCalibration({
      targets,
      hazardLogits: blended,
      evidence: evidence(labelled, slice, targets),
      tenantIds: tenantsOf(labelled, slice),
    }),
  };
}

export function tenantsOf({ tenantIds }: LabelledFrame, { rows }: Slice): CategoryColumn | null {
  return tenantIds === null ? null : { ...tenantIds, codes: rows.map((row) => tenantIds.codes[row]!) };
}

/** Rows of one account repeat each other, so a row counts for the share of accounts among rows. */
function evidence({ groups }: LabelledFrame, { rows }: Slice, { rowCount }: HazardTargets): number {
  return new Set(rows.map((row) => groups[row]!)).size / Math.max(1, rowCount);
}
