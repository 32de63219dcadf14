import type { LabelledFrame } from '../features/contract/feature-frame.ts';
import { takeRows } from '../features/contract/feature-frame.ts';
import type { FeatureSet } from '../features/contract/feature-set.ts';
import type { Backend } from '../models/backend.ts';
import { type Calibration, fitCalibration } from '../models/calibration.ts';
import { encodable } from '../models/encoder.ts';
import type { FamilyName } from '../models/families/family-named.ts';
import { familyNamed } from '../models/families/family-named.ts';
import { type HazardTargets, hazardTargets } from '../models/hazard-targets.ts';
import { blendShares } from './blend.ts';
import { type FittedMember, fitMember } from './fit-member.ts';
import type { Split } from './split.ts';

export interface RecipeRequest {
  readonly labelled: LabelledFrame;
  readonly featureSet: FeatureSet;
  readonly family: 'auto' | FamilyName;
  readonly seed: number;
  readonly backend: Backend;
  readonly slices: Split;
  readonly clock: () => Date;
  readonly startedAt: Date;
  readonly budgetSeconds?: number | undefined;
  readonly onProgress?: (message: string) => void;
}

export interface RecipeMember extends FittedMember {
  readonly share: number;
}

/** Fitted members with their shares and calibration. */
export interface FittedRecipe {
  readonly members: readonly RecipeMember[];
  /** Every family as fitted on the training slice, also those that got no share. */
  readonly alone: readonly FittedMember[];
  readonly calibration: Calibration;
  readonly notes: readonly string[];
}

/** Fits every family on the training slice; validation stops, blends and calibrates them. */
export function fitRecipe(request: RecipeRequest): FittedRecipe {
  const { labelled, featureSet, seed, backend, slices, onProgress } = request;
  const families: FamilyName[] = request.family === 'auto' ? ['logistic', 'mlp'] : [request.family];
  const notes: string[] = [];
  const fitted = families.map((family, index) => {
    // Half of the budget is for this, half for fitting again.
    const outOfTime = deadline(request, (0.5 * (index + 1)) / families.length);
    const member = fitMember({
      backend,
      frame: labelled.frame,
      featureSet,
      family,
      training: slices.training,
      validation: slices.validation,
      seed,
      outOfTime,
      onEpoch: (epoch, loss) => onProgress?.(`${family}, epoch ${epoch}: validation loss ${loss.toFixed(4)}`),
    });
    if (outOfTime()) notes.push(`${family} stopped early, the time budget was spent`);
    if (member.fittedRows < slices.training.rows.length)
      notes.push(
        `${family} was fitted on ${member.fittedRows} of ${slices.training.rows.length} training rows, drawn at random`,
      );
    return member;
  });
  const targets = hazardTargets(slices.validation.labels);
  const validationFrame = takeRows(labelled.frame, slices.validation.rows);
  const logits = fitted.map((member) => memberLogits(member, featureSet, validationFrame));
  const shares = blendShares(targets, logits);
  const members = fitted
    .map((member, index) => ({ ...member, share: shares[index]! }))
    .filter(({ share }) => share > 0);
  const blended = new Float64Array(logits[0]!.length);
  logits.forEach((column, index) => {
    for (let cell = 0; cell < blended.length; cell++) blended[cell]! += shares[index]! * column[cell]!;
  });
  return {
    members,
    alone: fitted,
    calibration: fitCalibration(targets, blended, evidence(request, targets)),
    notes,
  };
}

/** The same recipe, epoch for epoch, on all rows that production may see. Shares and calibration are kept. */
export function refit(recipe: FittedRecipe, request: RecipeRequest): FittedRecipe {
  const { labelled, featureSet, seed, backend, slices } = request;
  const members = recipe.members.map((member, index) => ({
    ...fitMember({
      backend,
      frame: labelled.frame,
      featureSet,
      family: member.family,
      training: slices.production,
      validation: null,
      plan: { plannedEpochs: member.plannedEpochs, stopAfter: Math.max(1, member.epochs) },
      seed,
      outOfTime: deadline(request, 0.5 + (0.5 * (index + 1)) / recipe.members.length),
    }),
    share: member.share,
  }));
  return { ...recipe, members };
}

function memberLogits(
  { family, encoder, weights }: FittedMember,
  featureSet: FeatureSet,
  frame: LabelledFrame['frame'],
): Float64Array {
  const network = familyNamed(family).network(weights);
  const rows = encodable(encoder, featureSet, frame);
  const intervals = network.shape.intervals;
  const logits = new Float64Array(frame.rowCount * intervals);
  const block = 512;
  for (let from = 0; from < frame.rowCount; from += block) {
    const to = Math.min(from + block, frame.rowCount);
    logits.set(network.logits(rows.encode(from, to), to - from), from * intervals);
  }
  return logits;
}

/** Rows of one account repeat each other, so a row counts for the share of accounts among rows. */
function evidence({ labelled, slices }: RecipeRequest, { rowCount }: HazardTargets): number {
  return new Set(slices.validation.rows.map((row) => labelled.groups[row]!)).size / Math.max(1, rowCount);
}

function deadline({ clock, startedAt, budgetSeconds }: RecipeRequest, share: number): () => boolean {
  if (budgetSeconds === undefined) return () => false;
  const at = startedAt.getTime() + budgetSeconds * 1000 * share;
  return () => clock().getTime() >= at;
}
