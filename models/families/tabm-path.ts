import type { EncodedMove } from '../scoring/kernels/encoded-move.ts';
import { type GrowingRegion, growingRegion } from '../scoring/kernels/growing-region.ts';
import type { ScoringMachine } from '../scoring/kernels/scoring-kernels.ts';
import type { NetworkPath } from './family.ts';
import { meanHazardLogits } from './mean-hazard.ts';
import { CACHED_ROWS, FLOAT_BYTES, placeAt, type TabmForward } from './tabm-forward.ts';
import type { TabmLayout } from './tabm-layout.ts';

/** Begins a walk to a block whose first-layer sums (rows × units) are known. */
export type TabmPaths = (move: EncodedMove, endSums: Float32Array) => NetworkPath;

/** What one walk keeps in the machine's memory. */
interface Room {
  readonly ends: GrowingRegion;
  readonly starts: GrowingRegion;
  /** Per layer, rows × units. */
  readonly slopes: readonly GrowingRegion[];
  readonly meanGradients: GrowingRegion;
}

/**
 * Walks through one network. Each has its own room until it ends, and then leaves it to the next one: the machine's memory
 * only grows.
 */
export function tabmPaths(machine: ScoringMachine, layout: TabmLayout, forward: TabmForward): TabmPaths {
  const { kernels } = machine;
  const { submodels, width, units, intervals, heads, upperLayers } = layout;
  const region = (): GrowingRegion => growingRegion(machine);
  const rooms: Room[] = [];
  const newRoom = (): Room => ({
    ends: region(),
    starts: region(),
    slopes: Array.from({ length: upperLayers.length + 1 }, region),
    meanGradients: region(),
  });
  const [upstreamRegion, current, next] = [region(), region(), region()];
  const [offsets, termStarts, projected] = [region(), region(), region()];

  return (move, endSums) => {
    const { start, end, slotCount } = move;
    const { rowCount } = end;
    const cells = rowCount * units;
    const room = rooms.pop() ?? newRoom();
    const startSums = forward.firstLayer(start, room.starts);
    const ends = room.ends.sized(cells);
    const mean = room.meanGradients.sized(cells);
    machine.floats(ends, cells).set(endSums);
    machine.floats(mean, cells).fill(0);
    const ofSubmodels = new Float64Array(rowCount * heads);
    let ended = false;

    function assertWalking(): void {
      if (ended) throw new Error("this walk has ended, and its room is another one's");
    }

    function logitsAt(fraction: number): Float64Array {
      assertWalking();
      // One start for all rows is computed once.
      if (fraction === 0 && start.rowCount === 1) {
        const one = meanHazardLogits(forward.above(placeAt(startSums), 1), submodels, intervals);
        return Float64Array.from({ length: rowCount * intervals }, (_, cell) => one[cell % intervals]!);
      }
      const place = { start: startSums, startStride: start.rowCount === 1 ? 0 : units, end: ends, fraction };
      return meanHazardLogits(forward.above(place, rowCount, room.slopes), submodels, intervals, ofSubmodels);
    }

    function accumulate(upstream: Float64Array, weight: number): void {
      assertWalking();
      const gradients = upstreamRegion.sized(rowCount * heads);
      const slopesAt = room.slopes.map((layer) => layer.sized(cells));
      const [one, other] = [current.sized(CACHED_ROWS * units), next.sized(CACHED_ROWS * units)];
      const values = machine.floats(gradients, rowCount * heads);
      for (let row = 0, cell = 0; row < rowCount; row++)
        for (let submodel = 0; submodel < submodels; submodel++)
          for (let interval = 0; interval < intervals; interval++, cell++)
            values[cell] = ofSubmodels[cell]! * upstream[row * intervals + interval]!;
      for (let from = 0; from < rowCount; from += CACHED_ROWS) {
        const count = Math.min(CACHED_ROWS, rowCount - from);
        const skipped = FLOAT_BYTES * from * units;
        const slopesOf = (layer: number): number => slopesAt[layer]! + skipped;
        const gradientsAt = gradients + FLOAT_BYTES * from * heads;
        let [above, below] = [one, other];
        kernels.headsBack(
          gradientsAt,
          layout.headWeights,
          slopesOf(upperLayers.length),
          above,
          count,
          submodels,
          intervals,
          width,
        );
        for (let layer = upperLayers.length - 1; layer >= 0; layer--) {
          const { transposed } = upperLayers[layer]!;
          kernels.product(above, transposed, 0, slopesOf(layer), below, count * submodels, width, width);
          [above, below] = [below, above];
        }
        kernels.addScaled(above, weight, mean + skipped, count * units);
      }
    }

    function contribute(contributions: Float64Array, scale: number): void {
      assertWalking();
      const found = move.terms;
      const count = found.offsets.length;
      const offsetsAt = offsets.sized(count);
      const startsAt = termStarts.sized(found.starts.length);
      const out = projected.sized(count);
      machine.integers(offsetsAt, count).set(found.offsets);
      machine.integers(startsAt, found.starts.length).set(found.starts);
      kernels.projectOnTerms(layout.table, layout.vectors, mean, offsetsAt, startsAt, out, rowCount, units);
      const products = machine.floats(out, count);
      for (let row = 0; row < rowCount; row++)
        for (let term = found.starts[row]!; term < found.starts[row + 1]!; term++)
          contributions[row * slotCount + found.slots[term]!]! +=
            scale * found.factors[term]! * products[term]!;
      ended = true;
      rooms.push(room);
    }

    return { logitsAt, accumulate, contribute };
  };
}
