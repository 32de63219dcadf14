import { takeRows } from '../../features/contract/feature-frame.ts';
import type { Encoder } from '../../models/encoding/encoder.ts';
import type { FamilyName } from '../../models/families/families.ts';
import { blendCandidates } from '../blend/blend-candidates.ts';
import { meanLogits, memberLogits } from '../blend/member-logits.ts';
import { learnerNamed } from '../learners/learners.ts';
import { fitFamilyEncoder } from '../members/fit-family-encoder.ts';
import { sameSteps } from '../members/fit-member.ts';
import { fitMembers } from '../members/fit-members.ts';
import type { Slice } from '../splits/slice.ts';
import type { TemporalSplit } from '../splits/split.ts';
import { describeCandidates, describeFit, loneLogistic, notesOnFits, withShares } from './describe-fits.ts';
import {
  blendedFamilies,
  deadlineAt,
  type FittedRecipe,
  fittedFamilies,
  learnsSequence,
  type RecipeRequest,
} from './recipe.ts';

/** Half of a time budget is for judging, half for fitting again. */
const JUDGING_SHARE = 0.5;

/**
 * The later validation slice stops, blends and calibrates; what is shipped is the same recipe, step for step,
 * on all rows that it may see.
 */
export async function fitByTime(request: RecipeRequest, split: TemporalSplit): Promise<FittedRecipe> {
  const { labelled, featureSet, seed, onProgress } = request;
  const { round, production, testReserved } = split;
  const families = fittedFamilies(request);
  const encodersOn = (slice: Slice): ReadonlyMap<FamilyName, Encoder> =>
    new Map(
      families.map((family) => [family, fitFamilyEncoder(family, labelled.frame, featureSet, slice, seed)]),
    );

  const encoders = encodersOn(round.training);
  const fits = families.flatMap((family) =>
    Array.from({ length: learnerNamed(family).fitsByTime }, (_, index) => ({
      family,
      sequence: learnsSequence(request, family),
      monotone: request.monotone ?? false,
      seed: `${seed}/${index}`,
    })),
  );
  const fitted = await fitMembers({
    frame: labelled.frame,
    featureSet,
    fits: fits.map((fit) => ({
      ...fit,
      encoder: encoders.get(fit.family)!,
      training: round.training,
      validation: round.validation,
    })),
    deadline: deadlineAt(request, JUDGING_SHARE),
    onFitted: (fit, member) => onProgress?.(describeFit(fit, member)),
  });
  const validationFrame = takeRows(labelled.frame, round.validation.rows);
  const logits = new Map(
    blendedFamilies(request).map((family) => [
      family,
      meanLogits(
        fitted
          .filter((member) => member.family === family)
          .map((member) => memberLogits(member, featureSet, validationFrame)),
      ),
    ]),
  );
  const candidates = { slice: round.validation, logits };
  const { shares, calibration } = blendCandidates(labelled, candidates);

  onProgress?.('fitting again on all rows that production may see');
  const productionEncoders = encodersOn(production);
  const refitted = await fitMembers({
    frame: labelled.frame,
    featureSet,
    fits: fits.flatMap((fit, index) => {
      if ((shares.get(fit.family) ?? 0) === 0) return [];
      return {
        ...fit,
        encoder: productionEncoders.get(fit.family)!,
        training: production,
        validation: null,
        plan: sameSteps(fitted[index]!, production),
      };
    }),
    deadline: deadlineAt(request, 1),
  });
  const shipped = { members: withShares(refitted, shares), calibration };
  return {
    production: shipped,
    refitted: true,
    judgements: [
      {
        // Where the test was reserved, production never saw it, so it is production itself that is measured.
        blend: testReserved ? shipped : { members: withShares(fitted, shares), calibration },
        logistic: loneLogistic(fitted, labelled.targets.length),
        training: round.training,
        test: round.test,
      },
    ],
    candidates: describeCandidates(candidates, shares, fitted),
    notes: notesOnFits(fitted, round.training, request),
  };
}
