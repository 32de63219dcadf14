import type { FeatureColumn } from '../../../features/contract/feature-frame.ts';
import type { Encoder, Encoding } from '../../../models/encoding/encoder.ts';
import { mergeSparseBins } from '../../../stats/merge-sparse-bins.ts';
import { populationStabilityIndex } from '../../../stats/population-stability-index.ts';
import { psiByChance } from '../../../stats/psi-by-chance.ts';

export interface Drift {
  readonly psi: number | null;
  /** What equal distributions of so many accounts show on average. */
  readonly byChance: number;
  /** What they exceed in one comparison of `1 / FALSE_ALARM`, after a correction for the number of comparisons. */
  readonly critical: number;
  readonly isFlagged: boolean;
}

/** Rows in each bin, and the accounts that they are of: an account's dates are not independent. */
export interface Counted {
  readonly counts: Float64Array;
  readonly accounts: number;
}

/** Chance of any false alarm among all the comparisons of a tenant. */
export const FALSE_ALARM = 0.01;
/** Beyond what chance explains, a shift smaller than this moves few scores. */
export const LEAST_EXCESS = 0.1;
const LEAST_ROWS_PER_BIN = 10;

/** @param comparisons That are made at once */
export function measureDrift(reference: Counted, current: Counted, comparisons: number): Drift {
  if (reference.accounts === 0 || current.accounts === 0)
    return { psi: null, byChance: 0, critical: 0, isFlagged: false };
  // Rows of several dates stand for no more accounts than there are.
  const thinned = (counted: Counted) => {
    const rows = counted.counts.reduce((sum, count) => sum + count, 0);
    return counted.counts.map((count) => count * Math.min(1, counted.accounts / rows));
  };
  const [before, now] = mergeSparseBins(thinned(reference), thinned(current), LEAST_ROWS_PER_BIN);
  const psi = populationStabilityIndex(before, now);
  const { mean, critical } = psiByChance(
    before.length,
    [reference.accounts, current.accounts],
    FALSE_ALARM / Math.max(1, comparisons),
  );
  return { psi, byChance: mean, critical, isFlagged: psi > critical && psi - mean >= LEAST_EXCESS };
}

/** What a fitted encoder says about where a feature's values lay in training, as bins. */
export interface FeatureBins {
  readonly feature: string;
  readonly count: (column: FeatureColumn, from: number, to: number) => Float64Array;
}

/** The bins of every feature that the model uses, finest encoder first. */
export function driftBins(encoders: readonly Encoder[]): FeatureBins[] {
  const finest = new Map<string, Encoding>();
  for (const { encodings } of encoders)
    for (const encoding of encodings) {
      const known = finest.get(encoding.feature);
      if (known === undefined || finenessOf(encoding) > finenessOf(known))
        finest.set(encoding.feature, encoding);
    }
  return [...finest.values()].map((encoding) =>
    encoding.kind === 'number' ? numberBins(encoding) : categoryBins(encoding),
  );
}

function finenessOf(encoding: Encoding): number {
  return encoding.kind === 'number' ? encoding.edges.length : encoding.levels.length;
}

/** Deviations from the median, in scales, that cut a normal distribution into equal parts of a sixth. */
const CUTS_WITHOUT_EDGES = [-0.97, -0.43, 0, 0.43, 0.97];

/** One bin up to each edge, one past the last, and one for no value. */
function numberBins({ feature, edges, median, scale }: Extract<Encoding, { kind: 'number' }>): FeatureBins {
  // The greatest value of training would leave the last bin to what training never saw.
  const cuts = edges.length > 0 ? edges.slice(0, -1) : CUTS_WITHOUT_EDGES.map((cut) => median + cut * scale);
  return {
    feature,
    count: (column, from, to) => {
      const counts = new Float64Array(cuts.length + 2);
      if (column.kind !== 'number') return counts;
      for (let row = from; row < to; row++) {
        const value = column.values[row]!;
        if (Number.isNaN(value)) counts[cuts.length + 1]! += 1;
        else
          counts[cuts.findIndex((cut) => value <= cut) + (value > cuts.at(-1)! ? cuts.length + 1 : 0)]! += 1;
      }
      return counts;
    },
  };
}

/** One bin for each level, one for all others, and one for no value. */
function categoryBins({ feature, levels }: Extract<Encoding, { kind: 'category' }>): FeatureBins {
  const binOf = new Map(levels.map((level, bin) => [level, bin]));
  return {
    feature,
    count: (column, from, to) => {
      const counts = new Float64Array(levels.length + 2);
      if (column.kind !== 'category') return counts;
      for (let row = from; row < to; row++) {
        const code = column.codes[row]!;
        counts[code < 0 ? levels.length + 1 : (binOf.get(column.levels[code]!) ?? levels.length)]! += 1;
      }
      return counts;
    },
  };
}
