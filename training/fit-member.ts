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
/** A rare level must be seen this often before it gets a weight of its own. */
const RARE_SHARE = 0.0005;

export interface FitMemberRequest {
  readonly backend: Backend;
  readonly frame: FeatureFrame;
  readonly featureSet: FeatureSet;
  readonly family: FamilyName;
  readonly training: Slice;
  /** Null fits for exactly `epochs`. */
  readonly validation: Slice | null;
  readonly epochs?: number;
  readonly seed: number;
  readonly outOfTime: () => boolean;
  readonly onEpoch?: (epoch: number, validationLoss: number) => void;
}

export interface FittedMember {
  readonly family: FamilyName;
  readonly encoder: Encoder;
  readonly weights: Weights;
  readonly epochs: number;
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
    rareRows: Math.max(
      Math.min(family.encoding.rareRows, fitSlice.rows.length / 50),
      RARE_SHARE * fitSlice.rows.length,
    ),
  });
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
    epochs: request.epochs ?? family.training.maximumEpochs,
    outOfTime: request.outOfTime,
    ...(request.onEpoch === undefined ? {} : { onEpoch: request.onEpoch }),
  });
  return { family: request.family, encoder, ...fitted, fittedRows: fitSlice.rows.length };
}

/** At most so many rows of a slice, at random, in their order. */
function sample(slice: Slice, most: number, seed: string): Slice {
  if (slice.rows.length <= most) return slice;
  return takePositions(slice, shuffledRows(slice.rows.length, createRandom(seed)).slice(0, most).sort());
}
