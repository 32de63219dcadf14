import type { EncodedBlock } from '../scoring/kernels/encoded-block.ts';
import { type EncodedMove, encodedMove } from '../scoring/kernels/encoded-move.ts';
import type { Family, Network, NetworkPath, NetworkReading, Weights } from './family.ts';
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

  function read(block: EncodedBlock): NetworkReading {
    const extended = units.extend(block);
    const innerReading = inner.read(extended);
    return { logits: innerReading.logits, pathAlong: (move) => pathAlong(move, innerReading, extended) };
  }

  /**
   * The inner family walks straight from its start to its end, learnt features included; what those contribute then
   * goes to the weeks that moved them.
   */
  function pathAlong(move: EncodedMove, innerReading: NetworkReading, innerEnd: EncodedBlock): NetworkPath {
    const { start, end, slotOfInput, slotCount } = move;
    const innerStart = units.extend(start);
    const innerSlots = slotCount + units.count;
    const unitSlots = Array.from({ length: units.count }, (_, unit) => slotCount + unit);
    const path = innerReading.pathAlong(
      encodedMove(innerStart, innerEnd, Int32Array.from([...slotOfInput, ...unitSlots]), innerSlots),
    );
    const startStride = start.rowCount === end.rowCount ? inner.shape.inputs : 0;

    function contribute(contributions: Float64Array, scale: number): void {
      const parts = new Float64Array(end.rowCount * innerSlots);
      path.contribute(parts, scale);
      for (let row = 0; row < end.rowCount; row++)
        for (let slot = 0; slot < slotCount; slot++)
          contributions[row * slotCount + slot]! += parts[row * innerSlots + slot]!;

      const gradientOf = (row: number, unit: number): number => {
        const at = inputWidth + unit;
        const before = innerStart.inputs[row * startStride + at]!;
        const moved = innerEnd.inputs[row * inner.shape.inputs + at]! - before;
        return moved === 0 ? 0 : parts[row * innerSlots + slotCount + unit]! / moved;
      };
      units.distribute(move, gradientOf, (row, input, part) => {
        contributions[row * slotCount + slotOfInput[input]!]! += part;
      });
    }

    return { logitsAt: path.logitsAt, accumulate: path.accumulate, contribute };
  }

  return {
    shape: { inputs: inputWidth, intervals: inner.shape.intervals },
    logits: (block) => inner.logits(units.extend(block)),
    read,
  };
}
