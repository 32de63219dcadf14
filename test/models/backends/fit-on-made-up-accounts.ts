import type { Backend } from '../../../models/backend.ts';
import { type FittedMember, fitMember } from '../../../training/fit-member.ts';
import { sliceAsKnown } from '../../../training/slice.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../made-up-accounts.ts';

export const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];

/** A few epochs of a small network: enough that two backends could drift apart. */
export function fitOnMadeUpAccounts(backend: Backend, seed: number): FittedMember {
  const labelled = madeUpAccounts({ rows: 1_000, seed: 1, targets: TARGETS });
  const slice = sliceAsKnown(labelled, labelled.groups.keys(), [0, 0, 0], null);
  return fitMember({
    backend,
    frame: labelled.frame,
    featureSet: madeUpFeatureSet,
    family: 'mlp',
    training: slice,
    validation: slice,
    plan: { plannedEpochs: 3, stopAfter: 3 },
    seed,
    outOfTime: () => false,
  });
}
