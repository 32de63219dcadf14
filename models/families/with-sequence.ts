import type { Family, Network, NetworkPath, Weights } from './family.ts';
import { SEQUENCE_INPUT, sequenceUnits, weightsWithoutUnits } from './sequence-units.ts';

/**
 * A family that also reads learnt features of weekly counts, next to the encoded inputs. Weights without such units are
 * the family's own, so one family reads both kinds.
 */
export function withSequence(family: Family): Family {
  return {
    name: family.name,
    network: (weights) => (weights.has(SEQUENCE_INPUT) ? network(family, weights) : family.network(weights)),
  };
}

function network(family: Family, weights: Weights): Network {
  const inner = family.network(weightsWithoutUnits(weights));
  const units = sequenceUnits(weights);
  const inputWidth = inner.shape.inputs - units.count;

  // The inner network keeps what it worked out for a block by the block itself, so the same one must get the same.
  const extended = new WeakMap<Float32Array, Float32Array>();
  function extend(inputs: Float32Array, rowCount: number): Float32Array {
    const known = extended.get(inputs) ?? units.extend(inputs, rowCount);
    extended.set(inputs, known);
    return known;
  }

  /**
   * The inner family walks straight from its start to its end, learnt features included; what those contribute then
   * goes to the weeks that moved them.
   */
  function pathFrom(start: Float32Array, inputs: Float32Array, rowCount: number): NetworkPath {
    const innerStart = extend(start, start.length / inputWidth);
    const innerEnd = extend(inputs, rowCount);
    const path = inner.pathFrom(innerStart, innerEnd, rowCount);
    const startStride = innerStart.length === innerEnd.length ? inner.shape.inputs : 0;

    function contribute(
      contributions: Float64Array,
      slotOfInput: Int32Array,
      slotCount: number,
      scale: number,
    ): void {
      const innerSlots = slotCount + units.count;
      const parts = new Float64Array(rowCount * innerSlots);
      const unitSlots = Array.from({ length: units.count }, (_, unit) => slotCount + unit);
      path.contribute(parts, Int32Array.from([...slotOfInput, ...unitSlots]), innerSlots, scale);
      for (let row = 0; row < rowCount; row++)
        for (let slot = 0; slot < slotCount; slot++)
          contributions[row * slotCount + slot]! += parts[row * innerSlots + slot]!;

      const gradientOf = (row: number, unit: number): number => {
        const at = inputWidth + unit;
        const moved = innerEnd[row * inner.shape.inputs + at]! - innerStart[row * startStride + at]!;
        return moved === 0 ? 0 : parts[row * innerSlots + slotCount + unit]! / moved;
      };
      units.distribute(start, inputs, rowCount, gradientOf, (row, input, part) => {
        contributions[row * slotCount + slotOfInput[input]!]! += part;
      });
    }

    return { logitsAt: path.logitsAt, accumulate: path.accumulate, contribute };
  }

  return {
    shape: { inputs: inputWidth, intervals: inner.shape.intervals },
    logits: (inputs, rowCount) => inner.logits(extend(inputs, rowCount), rowCount),
    pathFrom,
  };
}
