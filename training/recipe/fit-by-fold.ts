import { takeRows } from '../../features/contract/feature-frame.ts';
import { blendCandidates, type CandidateLogits } from '../blend/blend-candidates.ts';
import { memberLogits } from '../blend/member-logits.ts';
import { fitFamilyEncoder } from '../members/fit-family-encoder.ts';
import { fitMembers } from '../members/fit-members.ts';
import { joinSlices } from '../splits/slice.ts';
import type { FoldSplit } from '../splits/split.ts';
import { describeCandidates, describeFit, loneLogistic, notesOnFits, withShares } from './describe-fits.ts';
import {
  blendedFamilies,
  deadlineAt,
  type FittedRecipe,
  fittedFamilies,
  type Judgement,
  learnsSequence,
  type RecipeRequest,
} from './recipe.ts';

/**
 * Every fold is scored by weights that never saw it; those scores of all folds blend and calibrate, and what is
 * shipped is the mean of all folds' weights, so every account has taught some of it. A fold is judged under the shares
 * and the calibration that the other folds' scores give.
 */
export async function fitByFold(request: RecipeRequest, split: FoldSplit): Promise<FittedRecipe> {
  const { labelled, featureSet, seed, onProgress } = request;
  const { rounds, production } = split;
  const families = fittedFamilies(request);
  const fits = families.flatMap((family) => {
    const encoder = fitFamilyEncoder(family, labelled.frame, featureSet, production, seed);
    return rounds.map(({ training, validation }, fold) => ({
      family,
      encoder,
      sequence: learnsSequence(request, family),
      monotone: request.monotone ?? false,
      training,
      validation,
      seed: `${seed}/${fold}`,
    }));
  });
  const fitted = await fitMembers({
    frame: labelled.frame,
    featureSet,
    fits,
    deadline: deadlineAt(request, 1),
    onFitted: (fit, member) => onProgress?.(describeFit(fit, member)),
  });
  const membersOfFold = (fold: number) => fitted.filter((_, index) => index % rounds.length === fold);

  const foldLogits = rounds.map(({ test }, fold): CandidateLogits => {
    const frame = takeRows(labelled.frame, test.rows);
    const members = membersOfFold(fold).filter(({ family }) => blendedFamilies(request).includes(family));
    return {
      slice: test,
      logits: new Map(members.map((member) => [member.family, memberLogits(member, featureSet, frame)])),
    };
  });
  const judgements = rounds.map(({ training, test }, fold): Judgement => {
    const members = membersOfFold(fold);
    const others = joinLogits(foldLogits.filter((_, other) => other !== fold));
    const { shares, calibration } = blendCandidates(labelled, others);
    return {
      blend: { members: withShares(members, shares), calibration },
      logistic: loneLogistic(members, labelled.targets.length),
      training,
      test,
    };
  });
  const all = joinLogits(foldLogits);
  const { shares, calibration } = blendCandidates(labelled, all);
  return {
    production: { members: withShares(fitted, shares), calibration },
    refitted: false,
    judgements,
    candidates: describeCandidates(all, shares, fitted),
    notes: notesOnFits(fitted, rounds[0]!.training, request),
  };
}

/** The folds' scores end to end. */
function joinLogits(folds: readonly CandidateLogits[]): CandidateLogits {
  return {
    slice: joinSlices(folds.map(({ slice }) => slice)),
    logits: new Map(
      [...folds[0]!.logits.keys()].map((family) => {
        const parts = folds.map(({ logits }) => logits.get(family)!);
        const joined = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
        let at = 0;
        for (const part of parts) {
          joined.set(part, at);
          at += part.length;
        }
        return [family, joined];
      }),
    ),
  };
}
