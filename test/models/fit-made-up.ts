import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { FamilyName } from '../../models/families/families.ts';
import type { Backend } from '../../training/backends/tensorflow.ts';
import { fitFamilyEncoder } from '../../training/members/fit-family-encoder.ts';
import { type FittedMember, fitMember } from '../../training/members/fit-member.ts';
import { type Slice, sliceAsKnown } from '../../training/splits/slice.ts';
import { madeUpFeatureSet } from './made-up-accounts.ts';

export interface FitOptions {
  readonly seed?: number;
  readonly epochs?: number;
  readonly slice?: Slice;
  readonly featureSet?: FeatureSet;
  readonly sequence?: boolean;
  readonly monotone?: boolean;
}

/** All rows, with every label known. */
export function everyRow(labelled: LabelledFrame): Slice {
  return sliceAsKnown(
    labelled,
    labelled.groups.keys(),
    labelled.targets.map(() => 0),
    null,
  );
}

/** A few epochs of a family on made-up accounts. */
export function fitMadeUp(
  backend: Backend,
  family: FamilyName,
  labelled: LabelledFrame,
  {
    seed = 1,
    epochs = 4,
    slice = everyRow(labelled),
    featureSet = madeUpFeatureSet,
    sequence = false,
    monotone = false,
  }: FitOptions = {},
): FittedMember {
  return fitMember({
    backend,
    frame: labelled.frame,
    featureSet,
    family,
    sequence,
    monotone,
    encoder: fitFamilyEncoder(family, labelled.frame, featureSet, slice, seed),
    training: slice,
    validation: slice,
    plan: { plannedEpochs: epochs, stopAfter: [epochs, epochs] },
    seed: String(seed),
    outOfTime: () => false,
  });
}
