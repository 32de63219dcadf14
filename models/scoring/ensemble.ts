import type { CategoryColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { gaussLegendre, type QuadratureRule } from '../../stats/gauss-legendre.ts';
import { type Encoder, encodable, encodingOfInput } from '../encoding/encoder.ts';
import { typicalAccount } from '../encoding/typical-account.ts';
import type { Network, NetworkReading } from '../families/family.ts';
import { type EncodedBlock, encodedBlock } from './kernels/encoded-block.ts';
import { encodedMove } from './kernels/encoded-move.ts';
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
  /** Whose lines calibrate a row. */
  linesOfRow(row: number): CalibrationLines;
  /** Encoded rows [from, to), one block per encoder: where lines may start. */
  encode(from: number, to: number): readonly EncodedBlock[];
  /** Rows [from, to), to be scored and explained. */
  explain(from: number, to: number): ExplainedRows;
}

/** Some rows, encoded and read once for all that is asked of them. */
export interface ExplainedRows {
  /** One block per encoder. */
  readonly blocks: readonly EncodedBlock[];
  /** Calibrated: rows × intervals. */
  readonly hazardLogits: Float64Array;
  /**
   * Contributions to the log-odds of the longest horizon: rows × features, in feature-set order.
   * They add up to the row's log-odds minus those at its start, which is the typical account where none is given: each
   * row's sum is checked against its score, and integrated with more stops where it does not hold.
   *
   * @param starts one block per encoder, of one row for all or one for each
   */
  contributions(starts?: readonly EncodedBlock[]): Float64Array;
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
    slotOfInput: encodingOfInput(encoder).map(
      (encoding) => positions.get(encoder.encodings[encoding]!.feature)!,
    ),
  }));
  const typical = encoders.map((encoder) => typicalRow(encoder, featureSet));
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

  function encode(from: number, to: number): readonly EncodedBlock[] {
    return bound.map(({ rows }) => encodedBlock(rows.encode(from, to), to - from));
  }

  function hazardLogits(from: number, to: number): Float64Array {
    const blocks = encode(from, to);
    return blend(
      members.map(({ network, encoder }) => network.logits(blocks[encoder]!)),
      rowsBetween(from, to),
    );
  }

  function read(blocks: readonly EncodedBlock[]): NetworkReading[] {
    return members.map(({ network, encoder }) => network.read(blocks[encoder]!));
  }

  /** Integrates along the lines from `starts` to `ends`: rows × features, and each row's log-odds at its start. */
  function integrate(
    starts: readonly EncodedBlock[],
    ends: readonly EncodedBlock[],
    readings: readonly NetworkReading[],
    rows: Int32Array,
    { stops, weights }: QuadratureRule,
  ): { contributions: Float64Array; startLogits: Float64Array } {
    const moves = ends.map((end, encoder) =>
      encodedMove(starts[encoder]!, end, bound[encoder]!.slotOfInput, featureCount),
    );
    const paths = readings.map((reading, index) => reading.pathAlong(moves[members[index]!.encoder]!));
    const logitsAt = (fraction: number): Float64Array =>
      blend(
        paths.map((path) => path.logitsAt(fraction)),
        rows,
      );
    const startLogits = logitsAt(0);
    const slopes = new Float64Array(intervals);
    const upstream = new Float64Array(rows.length * intervals);
    stops.forEach((stop, index) => {
      const logits = logitsAt(stop);
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
      path.contribute(contributions, members[index]!.share);
    });
    return { contributions, startLogits };
  }

  function explain(from: number, to: number): ExplainedRows {
    const blocks = encode(from, to);
    const readings = read(blocks);
    const hazardLogits = blend(
      readings.map((reading) => reading.logits()),
      rowsBetween(from, to),
    );
    const slopes = new Float64Array(intervals);
    const oddsIn = (logits: Float64Array, at: number): number =>
      lastHorizonLogit(logits.subarray(at * intervals, (at + 1) * intervals), slopes);

    function contributions(starts: readonly EncodedBlock[] = typical): Float64Array {
      const results = new Float64Array((to - from) * featureCount);
      let rows = rowsBetween(from, to);
      for (const rule of RULES) {
        const isAll = rows.length === to - from;
        const some = (block: EncodedBlock): EncodedBlock =>
          isAll ? block : takeBlockRows(block, rows, from);
        const ends = blocks.map(some);
        const found = integrate(starts.map(some), ends, isAll ? readings : read(ends), rows, rule);
        const missed: number[] = [];
        rows.forEach((row, at) => {
          const ofRow = found.contributions.subarray(at * featureCount, (at + 1) * featureCount);
          results.set(ofRow, (row - from) * featureCount);
          let sum = oddsIn(found.startLogits, at);
          for (let feature = 0; feature < featureCount; feature++) sum += ofRow[feature]!;
          if (Math.abs(oddsIn(hazardLogits, row - from) - sum) > LARGEST_GAP) missed.push(row);
        });
        if (missed.length === 0) break;
        rows = Int32Array.from(missed);
      }
      return results;
    }

    return { blocks, hazardLogits, contributions };
  }

  return { hazardLogits, linesOfRow, encode, explain };
}

function rowsBetween(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, at) => from + at);
}

/** The given rows of a block whose first is row `from`; a block of one row stands for every row. */
function takeBlockRows(block: EncodedBlock, rows: Int32Array, from: number): EncodedBlock {
  const { inputs, rowCount } = block;
  if (rowCount === 1) return block;
  const width = inputs.length / rowCount;
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    taken.set(inputs.subarray((row - from) * width, (row - from + 1) * width), at * width);
  });
  return encodedBlock(taken, rows.length);
}

function typicalRow(encoder: Encoder, featureSet: FeatureSet): EncodedBlock {
  return encodedBlock(encodable(encoder, featureSet, typicalAccount(encoder, featureSet)).encode(0, 1), 1);
}
