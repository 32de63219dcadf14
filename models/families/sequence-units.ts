import { type EncodedBlock, encodedBlock } from '../scoring/kernels/encoded-block.ts';
import type { EncodedMove } from '../scoring/kernels/encoded-move.ts';
import { dense } from './dense.ts';
import { type Weights, weightNamed } from './family.ts';

/** Which inputs are read: not trained, but kept with the weights, so that an artefact says it itself. */
export const SEQUENCE_INPUT = 'sequence/input';
export const SEQUENCE_WEIGHT = 'sequence/weight';
export const SEQUENCE_BIAS = 'sequence/bias';

/** Below it a secant is rounding, and the slope in its middle is as good. */
const LEAST_STEP = 1e-6;

/** The learnt features of the weekly counts, on typed arrays: SiLU units over the scaled counts. */
export interface SequenceUnits {
  readonly count: number;
  /** rows × inputs → rows × (inputs + units). */
  extend(block: EncodedBlock): EncodedBlock;
  /**
   * Hands what moved each unit on to the weeks that moved it. A unit's sum is linear in its weeks, so along a straight
   * line each has a part in its step that is exact, and the parts add up.
   *
   * @param gradientOf mean d output / d unit
   * @param give the row, the input and its part of the output
   */
  distribute(
    move: Pick<EncodedMove, 'start' | 'end'>,
    gradientOf: (row: number, unit: number) => number,
    give: (row: number, input: number, part: number) => void,
  ): void;
}

export function sequenceUnits(weights: Weights): SequenceUnits {
  const read = Int32Array.from(weightNamed(weights, SEQUENCE_INPUT).values);
  const unitWeights = Float64Array.from(weightNamed(weights, SEQUENCE_WEIGHT).values);
  const bias = Float64Array.from(weightNamed(weights, SEQUENCE_BIAS).values);
  const count = bias.length;

  function weeksOf({ inputs, rowCount }: EncodedBlock): Float64Array {
    const width = inputs.length / rowCount;
    const weeks = new Float64Array(rowCount * read.length);
    for (let row = 0; row < rowCount; row++)
      for (let week = 0; week < read.length; week++)
        weeks[row * read.length + week] = inputs[row * width + read[week]!]!;
    return weeks;
  }

  function extend(block: EncodedBlock): EncodedBlock {
    const { inputs, rowCount } = block;
    const width = inputs.length / rowCount;
    const sums = dense(weeksOf(block), rowCount, unitWeights, bias);
    const extended = new Float32Array(rowCount * (width + count));
    for (let row = 0; row < rowCount; row++) {
      const at = row * (width + count);
      extended.set(inputs.subarray(row * width, (row + 1) * width), at);
      for (let unit = 0; unit < count; unit++) extended[at + width + unit] = silu(sums[row * count + unit]!);
    }
    return encodedBlock(extended, rowCount);
  }

  const distribute: SequenceUnits['distribute'] = ({ start, end }, gradientOf, give) => {
    const startWeeks = weeksOf(start);
    const endWeeks = weeksOf(end);
    const startSums = dense(startWeeks, start.rowCount, unitWeights, bias);
    const endSums = dense(endWeeks, end.rowCount, unitWeights, bias);
    for (let row = 0; row < end.rowCount; row++) {
      const startRow = start.rowCount === 1 ? 0 : row;
      for (let unit = 0; unit < count; unit++) {
        const gradient = gradientOf(row, unit);
        if (gradient === 0) continue;
        const slope = gradient * meanSlope(startSums[startRow * count + unit]!, endSums[row * count + unit]!);
        for (let week = 0; week < read.length; week++) {
          const moved = endWeeks[row * read.length + week]! - startWeeks[startRow * read.length + week]!;
          if (moved !== 0) give(row, read[week]!, slope * unitWeights[week * count + unit]! * moved);
        }
      }
    }
  };

  return { count, extend, distribute };
}

function silu(sum: number): number {
  return sum / (1 + Math.exp(-sum));
}

/** The mean of SiLU's slope between two sums. */
function meanSlope(from: number, to: number): number {
  const step = to - from;
  if (Math.abs(step) > LEAST_STEP) return (silu(to) - silu(from)) / step;
  const middle = (from + to) / 2;
  const sigmoid = 1 / (1 + Math.exp(-middle));
  return sigmoid * (1 + middle * (1 - sigmoid));
}

/** What the family itself learnt. */
export function weightsWithoutUnits<Value>(weights: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...weights].filter(([name]) => !name.startsWith('sequence/')));
}
