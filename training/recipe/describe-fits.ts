import type { FamilyName } from '../../models/families/families.ts';
import { SEQUENCE_INPUT } from '../../models/families/sequence-units.ts';
import { identityCalibration } from '../../models/scoring/probability/calibration.ts';
import type { CandidateLogits } from '../blend/blend-candidates.ts';
import { hazardLogLoss, hazardTargets } from '../fit/hazard-targets.ts';
import type { FittedMember, MemberFit } from '../members/fit-member.ts';
import type { Slice } from '../splits/slice.ts';
import type { Blend, Candidate, RecipeMember, RecipeRequest } from './recipe.ts';

/** Members of the families that have a share, which a family's members divide among them. */
export function withShares(
  members: readonly FittedMember[],
  shares: ReadonlyMap<FamilyName, number>,
): RecipeMember[] {
  return members.flatMap((member) => {
    const share = shares.get(member.family) ?? 0;
    const siblings = members.filter(({ family }) => family === member.family).length;
    return share === 0 ? [] : [{ ...member, share: share / siblings }];
  });
}

/** The logistic family by itself, uncalibrated. */
export function loneLogistic(members: readonly FittedMember[], intervals: number): Blend {
  const logistic = members.find(({ family }) => family === 'logistic')!;
  return { members: [{ ...logistic, share: 1 }], calibration: identityCalibration(intervals) };
}

export function describeCandidates(
  { slice, logits }: CandidateLogits,
  shares: ReadonlyMap<FamilyName, number>,
  fitted: readonly FittedMember[],
): Candidate[] {
  const targets = hazardTargets(slice.labels);
  return [...logits].map(([family, column]) => {
    const fits = fitted.filter((member) => member.family === family);
    const epochs = fits.reduce(
      (sum, fit) => sum + fit.epochs.reduce((stages, stage) => stages + stage, 0),
      0,
    );
    return {
      family,
      share: shares.get(family)!,
      fits: fits.length,
      epochs: Math.round(epochs / fits.length),
      validationLoss: hazardLogLoss(targets, column),
    };
  });
}

/** One line for whoever waits. */
export function describeFit({ family, seed }: MemberFit, { epochs, validationLoss }: FittedMember): string {
  return `${family} ${seed}: validation loss ${validationLoss.toFixed(4)}, best after ${epochs.join(' and ')} epochs`;
}

/** What the card has to say of fits that did not get all the rows or all the time, and of what else they read. */
export function notesOnFits(
  fitted: readonly FittedMember[],
  { rows }: Slice,
  { sequence = false }: Pick<RecipeRequest, 'sequence'>,
): string[] {
  const notes = fitted.flatMap(({ family, outOfTime, fittedRows, weights }) => [
    ...(outOfTime ? [`${family} stopped early, the time budget was spent`] : []),
    ...(fittedRows < rows.length
      ? [`${family} was fitted on ${fittedRows} of ${rows.length} training rows, drawn at random`]
      : []),
    ...(weights.has(SEQUENCE_INPUT)
      ? [`${family} also learnt features of ${weights.get(SEQUENCE_INPUT)!.values.length} weekly counts`]
      : []),
  ]);
  if (sequence && !fitted.some(({ weights }) => weights.has(SEQUENCE_INPUT)))
    notes.push(
      'no feature is counted over six weeks or more, one by one: there was no sequence to learn from',
    );
  return [...new Set(notes)];
}
