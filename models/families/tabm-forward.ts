import type { EncodedBlock } from '../scoring/kernels/encoded-block.ts';
import { type GrowingRegion, growingRegion } from '../scoring/kernels/growing-region.ts';
import type { ScoringMachine } from '../scoring/kernels/scoring-kernels.ts';
import type { TabmLayout } from './tabm-layout.ts';

/** Rows that go through the upper layers together, where the units are. */
export const CACHED_ROWS = 16;

export const FLOAT_BYTES = 4;

export interface TabmForward {
  /** Encoded inputs → the first layer's sums (rows × units), at the offset that is returned. */
  firstLayer(block: EncodedBlock, to: GrowingRegion): number;
  /**
   * A place between two first-layer sums → the heads' log-odds (rows × submodels × intervals), which the next call
   * overwrites.
   *
   * @param slopes one region per layer to keep the units' slopes in, for the way back
   */
  above(place: Place, rowCount: number, slopes?: readonly GrowingRegion[]): Float32Array;
}

/** A fraction of the way from `start`, whose rows lie `startStride` cells apart, to `end`. */
export interface Place {
  readonly start: number;
  readonly startStride: number;
  readonly end: number;
  readonly fraction: number;
}

export function placeAt(end: number): Place {
  return { start: 0, startStride: 0, end, fraction: 1 };
}

/** The way from inputs to log-odds. Its regions hold nothing from one call to the next. */
export function tabmForward(machine: ScoringMachine, layout: TabmLayout): TabmForward {
  const { kernels } = machine;
  const { submodels, width, units, intervals, heads, upperLayers } = layout;
  const region = (): GrowingRegion => growingRegion(machine);
  const [terms, termStarts, sums, active, headSums] = [region(), region(), region(), region(), region()];

  function firstLayer({ terms: found, rowCount }: EncodedBlock, to: GrowingRegion): number {
    const termsAt = terms.sized(found.words.length);
    const startsAt = termStarts.sized(found.starts.length);
    const out = to.sized(rowCount * units);
    machine.integers(termsAt, found.words.length).set(found.words);
    machine.integers(startsAt, found.starts.length).set(found.starts);
    kernels.addTerms(layout.table, layout.vectors, layout.wideBias, termsAt, startsAt, out, rowCount, units);
    return out;
  }

  /** Few rows at a time, so that what one layer leaves is in the cache when the next reads it. */
  function above(
    { start, startStride, end, fraction }: Place,
    rowCount: number,
    slopes?: readonly GrowingRegion[],
  ): Float32Array {
    const sumsAt = sums.sized(CACHED_ROWS * units);
    const activeAt = active.sized(CACHED_ROWS * units);
    const slopesAt = slopes?.map((layer) => layer.sized(rowCount * units));
    const out = headSums.sized(rowCount * heads);
    for (let from = 0; from < rowCount; from += CACHED_ROWS) {
      const count = Math.min(CACHED_ROWS, rowCount - from);
      const cells = count * units;
      const skipped = FLOAT_BYTES * from * units;
      const slopesOf = (layer: number): number => (slopesAt === undefined ? 0 : slopesAt[layer]! + skipped);
      let first = end + skipped;
      if (fraction < 1) {
        const startAt = start + FLOAT_BYTES * from * startStride;
        kernels.between(startAt, startStride, first, fraction, sumsAt, count, units);
        first = sumsAt;
      }
      kernels.silu(first, activeAt, slopesOf(0), cells);
      upperLayers.forEach(({ weights, bias }, layer) => {
        kernels.product(activeAt, weights, bias, 0, sumsAt, count * submodels, width, width);
        kernels.silu(sumsAt, activeAt, slopesOf(layer + 1), cells);
      });
      const headsAt = out + FLOAT_BYTES * from * heads;
      kernels.heads(
        activeAt,
        layout.headWeights,
        layout.headBias,
        headsAt,
        count,
        submodels,
        intervals,
        width,
      );
    }
    return machine.floats(out, rowCount * heads);
  }

  return { firstLayer, above };
}
