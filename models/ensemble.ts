import type { FeatureFrame } from '../features/contract/feature-frame.ts';
import type { FeatureSet } from '../features/contract/feature-set.ts';
import type { Calibration } from './calibration.ts';
import { calibrate } from './calibration.ts';
import { type EncodableRows, type Encoder, encodable, encodingOfInput } from './encoder.ts';
import type { Network } from './families/family.ts';
import { lastHorizonLogit } from './hazard.ts';
import { typicalAccount } from './typical-account.ts';

export interface EnsembleMember {
  readonly encoder: Encoder;
  readonly network: Network;
  readonly share: number;
}

/** Gauss-Legendre stops on [0, 1]: four of them integrate a polynomial of degree seven exactly. */
const STOPS = [0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970262];
const STOP_WEIGHTS = [0.17392742256872692, 0.3260725774312731, 0.3260725774312731, 0.17392742256872692];

/** Rows that are encoded and scored together: small enough for the cache. */
export const BLOCK_ROWS = 256;

/** Members bound to the columns of one frame. */
export interface BoundEnsemble {
  /** Calibrated hazard log-odds of rows [from, to): rows × intervals. */
  hazardLogits(from: number, to: number): Float64Array;
  /** Encoded inputs of rows [from, to), one matrix per member: where lines may start. */
  inputs(from: number, to: number): Float32Array[];
  /**
   * Contributions of rows [from, to) to the log-odds of the longest horizon: rows × features, in feature-set order.
   * They add up to the row's log-odds minus those at its start, which is the typical account where none is given.
   */
  contributions(from: number, to: number, starts?: readonly Float32Array[]): Float64Array;
}

/** @throws BadInput naming a feature that the frame lacks */
export function bindEnsemble(
  members: readonly EnsembleMember[],
  calibration: Calibration,
  featureSet: FeatureSet,
  frame: FeatureFrame,
): BoundEnsemble {
  const positions = new Map(featureSet.features.map(({ name }, index) => [name, index]));
  const bound = members.map((member) => ({
    ...member,
    rows: encodable(member.encoder, featureSet, frame),
    start: typicalInputs(member.encoder, featureSet),
    slotOfInput: encodingOfInput(member.encoder).map(
      (encoding) => positions.get(member.encoder.encodings[encoding]!.feature)!,
    ),
  }));
  const intervals = calibration.intervals.length;

  function blend(parts: readonly Float64Array[]): Float64Array {
    const logits = new Float64Array(parts[0]!.length);
    parts.forEach((part, index) => {
      const share = bound[index]!.share;
      for (let cell = 0; cell < logits.length; cell++) logits[cell]! += share * part[cell]!;
    });
    calibrate(calibration, logits);
    return logits;
  }

  function contributions(from: number, to: number, starts?: readonly Float32Array[]): Float64Array {
    const rowCount = to - from;
    const paths = bound.map(({ network, rows, start }, index) =>
      network.pathFrom(starts?.[index] ?? start, rows.encode(from, to), rowCount),
    );
    const slopes = new Float64Array(intervals);
    const upstream = new Float64Array(rowCount * intervals);
    STOPS.forEach((stop, index) => {
      const logits = blend(paths.map((path) => path.logitsAt(stop)));
      for (let row = 0; row < rowCount; row++) {
        const at = row * intervals;
        lastHorizonLogit(logits.subarray(at, at + intervals), slopes);
        for (let interval = 0; interval < intervals; interval++)
          upstream[at + interval] = slopes[interval]! * calibration.intervals[interval]!.slope;
      }
      for (const path of paths) path.accumulate(upstream, STOP_WEIGHTS[index]!);
    });
    const featureCount = featureSet.features.length;
    const results = new Float64Array(rowCount * featureCount);
    paths.forEach((path, index) => {
      path.contribute(results, bound[index]!.slotOfInput, featureCount, bound[index]!.share);
    });
    return results;
  }

  return {
    hazardLogits: (from, to) =>
      blend(bound.map(({ network, rows }) => network.logits(rows.encode(from, to), to - from))),
    inputs: (from, to) => bound.map(({ rows }) => rows.encode(from, to)),
    contributions,
  };
}

function typicalInputs(encoder: Encoder, featureSet: FeatureSet): Float32Array {
  const typical: EncodableRows = encodable(encoder, featureSet, typicalAccount(encoder, featureSet));
  return typical.encode(0, 1);
}
