import type { CategoryColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { gaussLegendre, type QuadratureRule } from '../../stats/gauss-legendre.ts';
import { type EncodableRows, type Encoder, encodable, encodingOfInput } from '../encoding/encoder.ts';
import { typicalAccount } from '../encoding/typical-account.ts';
import type { Network } from '../families/family.ts';
import { type Calibration, type CalibrationLines, linesOf } from './probability/calibration.ts';
import { lastHorizonLogit } from './probability/hazard.ts';

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

/** Three stops do for nearly every row; the few that they miss by more than is allowed are walked again with more. */
const RULES = [3, 8, 24].map(gaussLegendre);

/** Log-odds by which a row's contributions may miss its score before it is walked again. */
const LARGEST_GAP = 1e-3;

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
   * They add up to the row's log-odds minus those at its start, which is the typical account where none is given: each
   * row's sum is checked against its score, and integrated with more stops where it does not hold.
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
  const featureCount = featureSet.features.length;
  const linesByTenant = tenantIds?.levels.map((tenantId) => linesOf(calibration, tenantId));
  const linesOfRow = (row: number): CalibrationLines =>
    linesByTenant?.[tenantIds!.codes[row]!] ?? calibration.intervals;

  /** Shares of every member's log-odds, calibrated row by row. */
  function blend(parts: readonly Float64Array[], rows: Int32Array): Float64Array {
    const logits = new Float64Array(parts[0]!.length);
    parts.forEach((part, index) => {
      const { share } = members[index]!;
      for (let cell = 0; cell < logits.length; cell++) logits[cell]! += share * part[cell]!;
    });
    for (let at = 0; at < rows.length; at++) {
      const lines = linesOfRow(rows[at]!);
      for (let interval = 0; interval < intervals; interval++) {
        const { slope, intercept } = lines[interval]!;
        const cell = at * intervals + interval;
        logits[cell] = slope * logits[cell]! + intercept;
      }
    }
    return logits;
  }

  /** Scores, drivers and change drivers ask for the same block one after the other. */
  let latest: Block | undefined;

  function blockOf(from: number, to: number): Block {
    if (latest?.from !== from || latest.to !== to)
      latest = { from, to, inputs: bound.map(({ rows }) => rows.encode(from, to)) };
    return latest;
  }

  function inputs(from: number, to: number): readonly Float32Array[] {
    return blockOf(from, to).inputs;
  }

  function hazardLogits(from: number, to: number): Float64Array {
    const block = blockOf(from, to);
    block.logits ??= blend(
      members.map(({ network, encoder }) => network.logits(block.inputs[encoder]!, to - from)),
      rowsBetween(from, to),
    );
    return block.logits;
  }

  /** What `integrate` makes of some rows: rows × features, and each row's log-odds at its start. */
  function integrate(
    encoded: readonly Float32Array[],
    starts: readonly Float32Array[],
    rows: Int32Array,
    { stops, weights }: QuadratureRule,
  ): { contributions: Float64Array; startLogits: Float64Array } {
    const paths = members.map(({ network, encoder }) =>
      network.pathFrom(starts[encoder]!, encoded[encoder]!, rows.length),
    );
    const startLogits = blend(
      paths.map((path) => path.logitsAt(0)),
      rows,
    );
    const slopes = new Float64Array(intervals);
    const upstream = new Float64Array(rows.length * intervals);
    stops.forEach((stop, index) => {
      const logits = blend(
        paths.map((path) => path.logitsAt(stop)),
        rows,
      );
      for (let at = 0; at < rows.length; at++) {
        const first = at * intervals;
        lastHorizonLogit(logits.subarray(first, first + intervals), slopes);
        const lines = linesOfRow(rows[at]!);
        for (let interval = 0; interval < intervals; interval++)
          upstream[first + interval] = slopes[interval]! * lines[interval]!.slope;
      }
      for (const path of paths) path.accumulate(upstream, weights[index]!);
    });
    const contributions = new Float64Array(rows.length * featureCount);
    paths.forEach((path, index) => {
      const { encoder, share } = members[index]!;
      path.contribute(contributions, bound[encoder]!.slotOfInput, featureCount, share);
    });
    return { contributions, startLogits };
  }

  function contributions(
    from: number,
    to: number,
    starts: readonly Float32Array[] = bound.map(({ start }) => start),
  ): Float64Array {
    const endLogits = hazardLogits(from, to);
    const encoded = inputs(from, to);
    const results = new Float64Array((to - from) * featureCount);
    const slopes = new Float64Array(intervals);
    const oddsIn = (logits: Float64Array, at: number): number =>
      lastHorizonLogit(logits.subarray(at * intervals, (at + 1) * intervals), slopes);
    let rows = rowsBetween(from, to);
    for (const rule of RULES) {
      const isAll = rows.length === to - from;
      const some = (values: Float32Array, index: number): Float32Array =>
        isAll || values.length === bound[index]!.slotOfInput.length
          ? values
          : takeMatrixRows(values, rows, from, bound[index]!.slotOfInput.length);
      const found = integrate(encoded.map(some), starts.map(some), rows, rule);
      const missed: number[] = [];
      rows.forEach((row, at) => {
        const ofRow = found.contributions.subarray(at * featureCount, (at + 1) * featureCount);
        results.set(ofRow, (row - from) * featureCount);
        let sum = oddsIn(found.startLogits, at);
        for (let feature = 0; feature < featureCount; feature++) sum += ofRow[feature]!;
        if (Math.abs(oddsIn(endLogits, row - from) - sum) > LARGEST_GAP) missed.push(row);
      });
      if (missed.length === 0) break;
      rows = Int32Array.from(missed);
    }
    return results;
  }

  return { hazardLogits, inputs, contributions };
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly inputs: readonly Float32Array[];
  /** Calibrated, once they were asked for. */
  logits?: Float64Array;
}

function rowsBetween(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, at) => from + at);
}

function takeMatrixRows(values: Float32Array, rows: Int32Array, from: number, width: number): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    taken.set(values.subarray((row - from) * width, (row - from + 1) * width), at * width);
  });
  return taken;
}

function typicalInputs(encoder: Encoder, featureSet: FeatureSet): Float32Array {
  const typical: EncodableRows = encodable(encoder, featureSet, typicalAccount(encoder, featureSet));
  return typical.encode(0, 1);
}
