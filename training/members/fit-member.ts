import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import { takeRows } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { type Encoder, encode, encodingOfInput, pieceInputs } from '../../models/encoding/encoder.ts';
import type { FamilyName } from '../../models/families/families.ts';
import type { Weights } from '../../models/families/family.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import type { Backend } from '../backends/tensorflow.ts';
import type { EncodedRows } from '../fit/encoded-rows.ts';
import { fitNetwork } from '../fit/fit-network.ts';
import { hazardTargets } from '../fit/hazard-targets.ts';
import { directionOfInput } from '../learners/direction-of-input.ts';
import { learnerNamed } from '../learners/learners.ts';
import { weeklyInputs } from '../learners/weekly-inputs.ts';
import { sampleSlice } from '../splits/sample-slice.ts';
import type { Slice } from '../splits/slice.ts';

/** An account's weekly rows are nearly the same row; past so many, more of them cost time and teach nothing. */
const MOST_FIT_ROWS = 60_000;
const MOST_VALIDATION_ROWS = 20_000;
const MOST_EPOCHS = 60;
const ROWS_READ = 500_000;

/** Planned epochs shape the learning rate; training may stop before their end. */
export interface EpochPlan {
  readonly plannedEpochs: number;
  /** Per stage. */
  readonly stopAfter: readonly number[];
}

/** One fit. Plain data, so that a worker thread can do it as well. */
export interface MemberFit {
  readonly family: FamilyName;
  readonly encoder: Encoder;
  /** Whether it also learns features of weekly counts, where there are any. */
  readonly sequence?: boolean;
  /** Whether risk goes with every feature as the feature set declares, or not at all. */
  readonly monotone?: boolean;
  readonly training: Slice;
  /** Null fits a plan again, without looking. */
  readonly validation: Slice | null;
  /** How long; by default planned by the number of rows. */
  readonly plan?: EpochPlan;
  readonly seed: string;
}

export interface FitMemberRequest extends MemberFit {
  readonly backend: Backend;
  readonly frame: FeatureFrame;
  readonly featureSet: FeatureSet;
  readonly outOfTime: () => boolean;
}

export interface FittedMember {
  readonly family: FamilyName;
  readonly encoder: Encoder;
  readonly weights: Weights;
  /** Per stage. */
  readonly epochs: readonly number[];
  readonly plannedEpochs: number;
  readonly validationLoss: number;
  readonly fittedRows: number;
  readonly outOfTime: boolean;
}

/** Fits the weights of one family. */
export function fitMember(request: FitMemberRequest): FittedMember {
  const { backend, frame, featureSet, encoder, training, validation, seed, outOfTime } = request;
  const learner = learnerNamed(request.family, request.sequence ? weeklyInputs(encoder) : []);
  const encoded = (slice: Slice): EncodedRows => ({
    inputs: encode(encoder, featureSet, takeRows(frame, slice.rows)),
    targets: hazardTargets(slice.labels),
    encodingOfInput: encodingOfInput(encoder),
    isPiece: pieceInputs(encoder),
  });
  const fitSlice = sampleSlice(training, MOST_FIT_ROWS, `${seed}/rows`);
  const planned = plannedEpochs(learner.training.epochs, fitSlice.rows.length);
  const plan = request.plan ?? { plannedEpochs: planned, stopAfter: [planned, planned] };
  const fitted = fitNetwork({
    tf: backend.tf,
    learner,
    training: encoded(fitSlice),
    validation:
      validation === null
        ? null
        : encoded(sampleSlice(validation, MOST_VALIDATION_ROWS, `${seed}/validation`)),
    random: createRandom(`${seed}/${request.family}`),
    directionOfInput: request.monotone ? directionOfInput(encoder, featureSet) : null,
    ...plan,
    outOfTime,
  });
  return {
    family: request.family,
    encoder,
    ...fitted,
    plannedEpochs: plan.plannedEpochs,
    fittedRows: fitSlice.rows.length,
    outOfTime: outOfTime(),
  };
}

/**
 * The plan that takes a fitted member's steps again on a slice of other length. The same epochs on twice the rows would
 * be twice the steps, and further from what was stopped and calibrated.
 */
export function sameSteps(
  { plannedEpochs: planned, epochs, fittedRows }: FittedMember,
  { rows }: Slice,
): EpochPlan {
  const pace = fittedRows / Math.min(rows.length, MOST_FIT_ROWS);
  return {
    plannedEpochs: Math.max(1, Math.round(planned * pace)),
    stopAfter: [Math.max(1, Math.round(epochs[0]! * pace)), Math.round((epochs[1] ?? 0) * pace)],
  };
}

/** A small table is read more often: as many rows in all, within reason. */
function plannedEpochs(epochs: number, rowCount: number): number {
  return Math.round(Math.max(epochs, Math.min(MOST_EPOCHS, ROWS_READ / rowCount)));
}
