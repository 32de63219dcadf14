import type { FeatureFrame } from '../features/contract/feature-frame.ts';
import { takeRows } from '../features/contract/feature-frame.ts';
import type { FeatureSet } from '../features/contract/feature-set.ts';
import type { Backend } from '../models/backend.ts';
import { type Encoder, encode, fitEncoder } from '../models/encoder.ts';
import type { Weights } from '../models/families/family.ts';
import { type FamilyName, familyNamed } from '../models/families/family-named.ts';
import { fitNetwork } from '../models/fit-network.ts';
import { hazardTargets } from '../models/hazard-targets.ts';
import { createRandom } from '../stats/seeded-random.ts';
import { shuffledRows } from '../stats/shuffled-rows.ts';
import { type Slice, takePositions } from './slice.ts';

/** An account's weekly rows are nearly the same row; past so many, more of them cost time and teach nothing. */
const MOST_FIT_ROWS = 60_000;
const MOST_VALIDATION_ROWS = 20_000;
/** Bins over all features together: wide feature sets are many windows of few measures and need fewer each. */
const MOST_BINS = 800;
const LEAST_BINS = 3;
const MOST_EPOCHS = 50;
const ROWS_READ = 400_000;
/** A rare level must be seen this often before it gets a weight of its own. */
const RARE_SHARE = 0.0005;

/** Planned epochs shape the learning rate; training may stop before their end. */
export interface EpochPlan {
  readonly plannedEpochs: number;
  readonly stopAfter: number;
}

export interface FitMemberRequest {
  readonly backend: Backend;
  readonly frame: FeatureFrame;
  readonly featureSet: FeatureSet;
  readonly family: FamilyName;
  readonly training: Slice;
  /** Null fits a plan again, without looking. */
  readonly validation: Slice | null;
  /** How long; by default planned by the number of rows. */
  readonly plan?: EpochPlan;
  readonly seed: number;
  readonly outOfTime: () => boolean;
  readonly onEpoch?: (epoch: number, validationLoss: number) => void;
}

export interface FittedMember {
  readonly family: FamilyName;
  readonly encoder: Encoder;
  readonly weights: Weights;
  readonly epochs: number;
  readonly plannedEpochs: number;
  readonly validationLoss: number;
  readonly fittedRows: number;
}

/** Fits preprocessing and weights of one family. */
export function fitMember(request: FitMemberRequest): FittedMember {
  const { backend, frame, featureSet, training, validation, seed } = request;
  const family = familyNamed(request.family);
  const fitSlice = sample(training, MOST_FIT_ROWS, `${seed}/rows`);
  const fitFrame = takeRows(frame, fitSlice.rows);
  const encoder = fitEncoder(fitFrame, featureSet, {
    ...family.encoding,
    piecewiseBins: Math.min(
      family.encoding.piecewiseBins,
      Math.max(LEAST_BINS, Math.floor(MOST_BINS / featureSet.features.length)),
    ),
    rareRows: Math.max(
      Math.min(family.encoding.rareRows, fitSlice.rows.length / 50),
      RARE_SHARE * fitSlice.rows.length,
    ),
  });
  const planned = plannedEpochs(family.training.epochs, fitSlice.rows.length);
  const plan = request.plan ?? { plannedEpochs: planned, stopAfter: planned };
  const validationSlice =
    validation === null ? null : sample(validation, MOST_VALIDATION_ROWS, `${seed}/validation`);
  const fitted = fitNetwork({
    tf: backend.tf,
    family,
    training: { inputs: encode(encoder, featureSet, fitFrame), targets: hazardTargets(fitSlice.labels) },
    validation:
      validationSlice === null
        ? null
        : {
            inputs: encode(encoder, featureSet, takeRows(frame, validationSlice.rows)),
            targets: hazardTargets(validationSlice.labels),
          },
    random: createRandom(`${seed}/${request.family}`),
    ...plan,
    outOfTime: request.outOfTime,
    ...(request.onEpoch === undefined ? {} : { onEpoch: request.onEpoch }),
  });
  return {
    family: request.family,
    encoder,
    ...fitted,
    plannedEpochs: plan.plannedEpochs,
    fittedRows: fitSlice.rows.length,
  };
}

/** A small table is read more often: as many rows in all, within reason. */
function plannedEpochs(epochs: number, rowCount: number): number {
  return Math.round(Math.max(epochs, Math.min(MOST_EPOCHS, ROWS_READ / rowCount)));
}

/** At most so many rows of a slice, at random, in their order. */
function sample(slice: Slice, most: number, seed: string): Slice {
  if (slice.rows.length <= most) return slice;
  return takePositions(slice, shuffledRows(slice.rows.length, createRandom(seed)).slice(0, most).sort());
}
