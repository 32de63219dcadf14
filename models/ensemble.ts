import type { CategoryColumn, FeatureFrame } from '../features/contract/feature-frame.ts';
import type { FeatureSet } from '../features/contract/feature-set.ts';
import { type Calibration, type CalibrationLines, calibrate, linesOf } from './calibration.ts';
import { type EncodableRows, type Encoder, encodable, encodingOfInput } from './encoder.ts';
import type { Network } from './families/family.ts';
import { lastHorizonLogit } from './hazard.ts';
import { typicalAccount } from './typical-account.ts';

/** Networks whose log-odds are averaged with their shares; those that read the same inputs share an encoder. */
export interface Ensemble {
  readonly encoders: readonly Encoder[];
  readonly members: readonly EnsembleMember[];
  readonly calibration: Calibration;
}

export interface EnsembleMember {
  /** Position in the ensemble's encoders. */
  readonly encoder: number;
  readonly network: Network;
  readonly share: number;
}

/** Gauss-Legendre stops on [0, 1]: three of them integrate a polynomial of degree five exactly. */
const STOPS = [0.1127016653792583, 0.5, 0.8872983346207417];
const STOP_WEIGHTS = [5 / 18, 8 / 18, 5 / 18];

/** Rows that are encoded and scored together: small enough for the cache. */
export const BLOCK_ROWS = 256;

/** An ensemble bound to the columns of one frame. */
export interface BoundEnsemble {
  /** Calibrated hazard log-odds of rows [from, to): rows × intervals. */
  hazardLogits(from: number, to: number): Float64Array;
  /** Encoded inputs of rows [from, to), one matrix per encoder: where lines may start. They are shared, so not to be changed. */
  inputs(from: number, to: number): readonly Float32Array[];
  /**
   * Contributions of rows [from, to) to the log-odds of the longest horizon: rows × features, in feature-set order.
   * They add up to the row's log-odds minus those at its start, which is the typical account where none is given.
   */
  contributions(from: number, to: number, starts?: readonly Float32Array[]): Float64Array;
}

/**
 * @param tenantIds whose calibration each row takes; null for that of all
 * @throws BadInput naming a feature that the frame lacks
 */
export function bindEnsemble(
  { encoders, members, calibration }: Ensemble,
  featureSet: FeatureSet,
  frame: FeatureFrame,
  tenantIds: CategoryColumn | null,
): BoundEnsemble {
  const positions = new Map(featureSet.features.map(({ name }, index) => [name, index]));
  const bound = encoders.map((encoder) => ({
    rows: encodable(encoder, featureSet, frame),
    start: typicalInputs(encoder, featureSet),
    slotOfInput: encodingOfInput(encoder).map(
      (encoding) => positions.get(encoder.encodings[encoding]!.feature)!,
    ),
  }));
  const intervals = calibration.intervals.length;
  const linesByTenant = tenantIds?.levels.map((tenantId) => linesOf(calibration, tenantId));
  const linesOfRow = (row: number): CalibrationLines =>
    linesByTenant?.[tenantIds!.codes[row]!] ?? calibration.intervals;

  /** Shares of every member's log-odds, calibrated row by row. */
  function blend(parts: readonly Float64Array[], from: number): Float64Array {
    const logits = new Float64Array(parts[0]!.length);
    parts.forEach((part, index) => {
      const { share } = members[index]!;
      for (let cell = 0; cell < logits.length; cell++) logits[cell]! += share * part[cell]!;
    });
    for (let row = 0; row * intervals < logits.length; row++)
      calibrate(linesOfRow(from + row), logits.subarray(row * intervals, (row + 1) * intervals));
    return logits;
  }

  /** Scores, drivers and change drivers ask for the same block one after the other. */
  let latest: { from: number; to: number; inputs: readonly Float32Array[] } | undefined;

  function inputs(from: number, to: number): readonly Float32Array[] {
    if (latest?.from !== from || latest.to !== to)
      latest = { from, to, inputs: bound.map(({ rows }) => rows.encode(from, to)) };
    return latest.inputs;
  }

  function hazardLogits(from: number, to: number): Float64Array {
    const encoded = inputs(from, to);
    return blend(
      members.map(({ network, encoder }) => network.logits(encoded[encoder]!, to - from)),
      from,
    );
  }

  function contributions(from: number, to: number, starts?: readonly Float32Array[]): Float64Array {
    const rowCount = to - from;
    const encoded = inputs(from, to);
    const paths = members.map(({ network, encoder }) =>
      network.pathFrom(starts?.[encoder] ?? bound[encoder]!.start, encoded[encoder]!, rowCount),
    );
    const slopes = new Float64Array(intervals);
    const upstream = new Float64Array(rowCount * intervals);
    STOPS.forEach((stop, index) => {
      const logits = blend(
        paths.map((path) => path.logitsAt(stop)),
        from,
      );
      for (let row = 0; row < rowCount; row++) {
        const at = row * intervals;
        lastHorizonLogit(logits.subarray(at, at + intervals), slopes);
        const lines = linesOfRow(from + row);
        for (let interval = 0; interval < intervals; interval++)
          upstream[at + interval] = slopes[interval]! * lines[interval]!.slope;
      }
      for (const path of paths) path.accumulate(upstream, STOP_WEIGHTS[index]!);
    });
    const featureCount = featureSet.features.length;
    const results = new Float64Array(rowCount * featureCount);
    paths.forEach((path, index) => {
      const { encoder, share } = members[index]!;
      path.contribute(results, bound[encoder]!.slotOfInput, featureCount, share);
    });
    return results;
  }

  return { hazardLogits, inputs, contributions };
}

function typicalInputs(encoder: Encoder, featureSet: FeatureSet): Float32Array {
  const typical: EncodableRows = encodable(encoder, featureSet, typicalAccount(encoder, featureSet));
  return typical.encode(0, 1);
}
