import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import { foldSplit } from './fold-split.ts';
import type { Split, SplitOptions } from './split.ts';
import { temporalSplit } from './temporal-split.ts';

/** By time where rows have one, by account where not. @throws BadInput when a requested test slice is unusable */
export function chooseSplit(labelled: LabelledFrame, options: SplitOptions): Split {
  return labelled.asOfEpochDays === null
    ? foldSplit(labelled, options)
    : temporalSplit(labelled, labelled.asOfEpochDays, options);
}
