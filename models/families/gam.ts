import type { EncodedBlock } from '../scoring/kernels/encoded-block.ts';
import type { EncodedMove } from '../scoring/kernels/encoded-move.ts';
import { between } from './dense.ts';
import {
  type Family,
  type Network,
  type NetworkPath,
  type NetworkReading,
  type Weights,
  weightNamed,
} from './family.ts';
import { linearNetwork } from './linear-network.ts';

/** Weights of the second stage. The first three say which products there are; only the last is learnt. */
export const PAIR_UNIT = 'pair/unit';
export const PAIR_LEFT = 'pair/left';
export const PAIR_RIGHT = 'pair/right';
export const PAIR_WEIGHT = 'pair/weight';

/**
 * A generalised additive model: one straight piece per bin of every feature, and, once those are fitted, products of
 * coarser pieces for the pairs of features that interact most. Every contribution to the log-odds is exact; a pair's
 * is shared by its two features.
 *
 * https://doi.org/10.1145/2487575.2487579
 */
export const gam: Family = { name: 'gam', network };

function network(weights: Weights): Network {
  const main = linearNetwork(weights);
  if (!weights.has(PAIR_WEIGHT)) return main;
  const { inputs: inputWidth, intervals } = main.shape;
  const pairWeights = Float64Array.from(weightNamed(weights, PAIR_WEIGHT).values);
  const unitOfInput = weightNamed(weights, PAIR_UNIT).values;
  const left = Int32Array.from(weightNamed(weights, PAIR_LEFT).values);
  const right = Int32Array.from(weightNamed(weights, PAIR_RIGHT).values);
  const products = left.length;
  const unitCount = Math.max(...unitOfInput) + 1;
  const inputsOf = Array.from({ length: unitCount }, (_, unit) =>
    Int32Array.from(inputsOfUnit(unitOfInput, unit)),
  );

  /** rows × units: the mean of every unit's inputs. */
  function unitsOf({ inputs, rowCount }: EncodedBlock): Float64Array {
    const units = new Float64Array(rowCount * unitCount);
    for (let row = 0; row < rowCount; row++)
      for (let unit = 0; unit < unitCount; unit++) {
        const of = inputsOf[unit]!;
        let sum = 0;
        for (let index = 0; index < of.length; index++) sum += inputs[row * inputWidth + of[index]!]!;
        units[row * unitCount + unit] = sum / of.length;
      }
    return units;
  }

  /** Adds the products to the main effects' log-odds, in place. */
  function addProducts(units: Float64Array, logits: Float64Array): Float64Array {
    const rowCount = logits.length / intervals;
    for (let row = 0; row < rowCount; row++)
      for (let product = 0; product < products; product++) {
        const value = units[row * unitCount + left[product]!]! * units[row * unitCount + right[product]!]!;
        if (value === 0) continue;
        for (let interval = 0; interval < intervals; interval++)
          logits[row * intervals + interval]! += value * pairWeights[product * intervals + interval]!;
      }
    return logits;
  }

  function read(block: EncodedBlock): NetworkReading {
    const mainReading = main.read(block);
    const endUnits = unitsOf(block);
    return {
      logits: () => addProducts(endUnits, mainReading.logits().slice()),
      pathAlong: (move) => pathAlong(move, mainReading.pathAlong(move), endUnits),
    };
  }

  function pathAlong(move: EncodedMove, mainPath: NetworkPath, endUnits: Float64Array): NetworkPath {
    const { slotOfInput, slotCount } = move;
    const { rowCount } = move.end;
    const oneStart = move.start.rowCount === 1;
    const startUnits = unitsOf(move.start);
    // The gradient of a product grows with the way along the line: its mean needs that of 1 and that of the way.
    const meanUpstream = new Float64Array(rowCount * intervals);
    const meanUpstreamOnTheWay = new Float64Array(rowCount * intervals);
    let way = 0;
    return {
      logitsAt: (fraction) => {
        way = fraction;
        return addProducts(between(startUnits, endUnits, fraction), mainPath.logitsAt(fraction));
      },
      accumulate: (upstream, weight) => {
        mainPath.accumulate(upstream, weight);
        for (let cell = 0; cell < upstream.length; cell++) {
          meanUpstream[cell]! += weight * upstream[cell]!;
          meanUpstreamOnTheWay[cell]! += weight * way * upstream[cell]!;
        }
      },
      contribute: (contributions, scale) => {
        mainPath.contribute(contributions, scale);
        const give = (row: number, unit: number, other: number, product: number): void => {
          const from = oneStart ? 0 : row * unitCount;
          const moved = endUnits[row * unitCount + unit]! - startUnits[from + unit]!;
          if (moved === 0) return;
          const otherStart = startUnits[from + other]!;
          const otherMoved = endUnits[row * unitCount + other]! - otherStart;
          let gradient = 0;
          for (let interval = 0; interval < intervals; interval++) {
            const cell = row * intervals + interval;
            gradient +=
              pairWeights[product * intervals + interval]! *
              (otherStart * meanUpstream[cell]! + otherMoved * meanUpstreamOnTheWay[cell]!);
          }
          contributions[row * slotCount + slotOfInput[inputsOf[unit]![0]!]!]! += scale * moved * gradient;
        };
        for (let row = 0; row < rowCount; row++)
          for (let product = 0; product < products; product++) {
            give(row, left[product]!, right[product]!, product);
            give(row, right[product]!, left[product]!, product);
          }
      },
    };
  }

  return {
    shape: main.shape,
    logits: (block) => addProducts(unitsOf(block), main.logits(block)),
    read,
  };
}

/** Positions of the inputs whose mean is a unit. */
export function inputsOfUnit(unitOfInput: ArrayLike<number>, unit: number): number[] {
  return Array.from(unitOfInput, (value, input) => (value === unit ? input : -1)).filter(
    (input) => input >= 0,
  );
}
