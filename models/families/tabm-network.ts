import { type EncodedBlock, encodedBlock } from '../scoring/kernels/encoded-block.ts';
import { growingRegion } from '../scoring/kernels/growing-region.ts';
import { startScoringMachine } from '../scoring/kernels/scoring-kernels.ts';
import type { Network, NetworkReading, Weights } from './family.ts';
import { meanHazardLogits } from './mean-hazard.ts';
import { placeAt, tabmForward } from './tabm-forward.ts';
import { layOutTabm, tabmShape } from './tabm-layout.ts';
import { tabmPaths } from './tabm-path.ts';

/** Rows that go through the first layer together: its weights are the larger part. */
const CHUNK_ROWS = 256;

/**
 * The fitted network in 32 bits on the scoring kernels. Each has a memory of its own, which starts with its first rows: a
 * model that is only looked at takes none.
 */
export function tabmNetwork(fitted: Weights): Network {
  const { inputs: width, intervals } = tabmShape(fitted);
  let started: Runner | undefined;
  const runner = (): Runner => {
    started ??= startRunner(fitted);
    return started;
  };
  return {
    shape: { inputs: width, intervals },
    logits: (block) => {
      const { inputs, rowCount } = block;
      if (rowCount <= CHUNK_ROWS) return runner().logits(block);
      const results = new Float64Array(rowCount * intervals);
      for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
        const to = Math.min(from + CHUNK_ROWS, rowCount);
        const chunk = encodedBlock(inputs.subarray(from * width, to * width), to - from);
        results.set(runner().logits(chunk), from * intervals);
      }
      return results;
    },
    read: (block) => runner().read(block),
  };
}

type Runner = Pick<Network, 'logits' | 'read'>;

function startRunner(fitted: Weights): Runner {
  const machine = startScoringMachine();
  const layout = layOutTabm(fitted, machine);
  const { submodels, intervals, units } = layout;
  const forward = tabmForward(machine, layout);
  const pathAlong = tabmPaths(machine, layout, forward);
  const firstSums = growingRegion(machine);
  const logitsFrom = (sums: number, rowCount: number): Float64Array =>
    meanHazardLogits(forward.above(placeAt(sums), rowCount), submodels, intervals);

  function logits(block: EncodedBlock): Float64Array {
    return logitsFrom(forward.firstLayer(block, firstSums), block.rowCount);
  }

  /** Keeps a copy of the first layer's sums, its larger part, since the machine's own are overwritten. */
  function read(block: EncodedBlock): NetworkReading {
    const cells = block.rowCount * units;
    const sums = machine.floats(forward.firstLayer(block, firstSums), cells).slice();
    return {
      logits: () => {
        const sumsAt = firstSums.sized(cells);
        machine.floats(sumsAt, cells).set(sums);
        return logitsFrom(sumsAt, block.rowCount);
      },
      pathAlong: (move) => pathAlong(move, sums),
    };
  }

  return { logits, read };
}
