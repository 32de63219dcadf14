import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { FAMILY_NAMES, type FamilyName } from '../../models/families/families.ts';
import type { Calibration } from '../../models/scoring/probability/calibration.ts';
import { keepsDirections } from '../learners/learners.ts';
import type { FittedMember } from '../members/fit-member.ts';
import type { Slice } from '../splits/slice.ts';

export interface RecipeRequest {
  readonly labelled: LabelledFrame;
  readonly featureSet: FeatureSet;
  readonly family: 'auto' | FamilyName;
  /** Whether networks also learn features of weekly counts. */
  readonly sequence?: boolean | undefined;
  /** Whether risk goes with every feature as the feature set declares, or not at all. */
  readonly monotone?: boolean | undefined;
  readonly seed: number;
  readonly clock: () => Date;
  readonly startedAt: Date;
  readonly budgetSeconds?: number | undefined;
  readonly onProgress?: (message: string) => void;
}

export interface RecipeMember extends FittedMember {
  /** Of the blended log-odds. */
  readonly share: number;
}

/** Members and calibration: what scores. */
export interface Blend {
  readonly members: readonly RecipeMember[];
  readonly calibration: Calibration;
}

/** Rows and a blend that never saw them: together the judgements say how good the recipe is. */
export interface Judgement {
  readonly blend: Blend;
  /** The yardstick, fitted on the same rows, uncalibrated. */
  readonly logistic: Blend;
  readonly training: Slice;
  readonly test: Slice;
}

/** How a family did by itself. */
export interface Candidate {
  readonly family: FamilyName;
  readonly share: number;
  readonly fits: number;
  readonly epochs: number;
  /** Mean negative log-likelihood on rows that did not train it. */
  readonly validationLoss: number;
}

export interface FittedRecipe {
  /** What is shipped. */
  readonly production: Blend;
  readonly refitted: boolean;
  readonly judgements: readonly Judgement[];
  readonly candidates: readonly Candidate[];
  readonly notes: readonly string[];
}

type AskedFamilies = Pick<RecipeRequest, 'family' | 'monotone'>;

/** Families that take part in the blend; the logistic one is fitted in any case, as the yardstick. */
export function blendedFamilies({ family, monotone = false }: AskedFamilies): FamilyName[] {
  if (family !== 'auto') return [family];
  // The slowest first: fits are handed out in this order.
  return [...FAMILY_NAMES].reverse().filter((name) => !monotone || keepsDirections(name));
}

export function fittedFamilies(asked: AskedFamilies): FamilyName[] {
  return [...new Set<FamilyName>([...blendedFamilies(asked), 'logistic'])];
}

/** Whether a family learns features of weekly counts; the yardstick does only when it is asked for by its name. */
export function learnsSequence({ sequence = false, family }: RecipeRequest, fitted: FamilyName): boolean {
  return sequence && (family === 'auto' ? fitted !== 'logistic' : fitted === family);
}

/** Milliseconds since 1970 when so much of the time budget is spent; Infinity without a budget. */
export function deadlineAt({ startedAt, budgetSeconds }: RecipeRequest, share: number): number {
  return budgetSeconds === undefined
    ? Number.POSITIVE_INFINITY
    : startedAt.getTime() + budgetSeconds * 1000 * share;
}
