import type { FeatureColumn } from '../../../features/contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../../../features/contract/feature-set.ts';
import type { Driver, FeatureValue } from './driver.ts';
import { changeSentence, driverSentence } from './driver-sentence.ts';
import { measureOf } from './measure-of.ts';

/** Log-odds below which a driver is noise that no one should act on. */
const LEAST_CONTRIBUTION = 0.01;

export interface ValueSource {
  /** In feature-set order. */
  readonly columns: readonly FeatureColumn[];
  readonly row: number;
}

export interface DriverSource extends ValueSource {
  /** rows × features. */
  readonly contributions: Float64Array;
  /** The row of `contributions`, which may hold a block only. */
  readonly contributionRow: number;
}

export interface DriverWriter {
  /** Why the score is what it is, strongest first. */
  drivers(now: DriverSource, count: number): Driver[];
  /** Why it moved, strongest first; the contributions are those of the move itself. */
  changeDrivers(moved: DriverSource, then: ValueSource, count: number): Driver[];
}

/**
 * Turns contributions into drivers. Features of one measure, over several windows, share one driver:
 * it carries their summed contribution, so the total stays that of the score, and is told by the member that
 * pushes hardest in the direction of the sum.
 */
export function driverWriter(
  { features }: FeatureSet,
  typical: ReadonlyMap<string, FeatureValue>,
): DriverWriter {
  const measures = [...new Set(features.map(({ name }) => measureOf(name)))];
  const measureOfFeature = Int32Array.from(features, ({ name }) => measures.indexOf(measureOf(name)));
  const typicalOf = features.map(({ name }) => typical.get(name) ?? null);

  /** Measures by strength, each with the feature that speaks for it. */
  function strongest(
    contributionOf: (feature: number) => number,
    speaks: (feature: number, sum: number) => number,
    count: number,
  ): { feature: number; sum: number }[] {
    const sums = new Float64Array(measures.length);
    for (let feature = 0; feature < features.length; feature++)
      sums[measureOfFeature[feature]!]! += contributionOf(feature);
    const ranked = [...sums.keys()]
      .filter((measure) => Math.abs(sums[measure]!) >= LEAST_CONTRIBUTION)
      .sort((left, right) => Math.abs(sums[right]!) - Math.abs(sums[left]!))
      .slice(0, count);
    return ranked.map((measure) => {
      const sum = sums[measure]!;
      let speaker = -1;
      let loudest = Number.NEGATIVE_INFINITY;
      for (let feature = 0; feature < features.length; feature++) {
        if (measureOfFeature[feature] !== measure) continue;
        const voice = contributionOf(feature) * Math.sign(sum) * speaks(feature, sum);
        if (voice > loudest) [speaker, loudest] = [feature, voice];
      }
      return { feature: speaker, sum };
    });
  }

  function driver(feature: number, sum: number, value: FeatureValue, sentence: string): Driver {
    const { name, label, plays } = features[feature]!;
    const isAbove = typeof value === 'number' && value > Number(typicalOf[feature] ?? 0);
    return {
      feature: name,
      label,
      value,
      typical: typicalOf[feature]!,
      contribution: sum,
      direction: sum > 0 ? 'raises' : 'lowers',
      sentence,
      // Advice answers a risk; for what lowers it there is nothing to do.
      play: sum > 0 ? (plays?.[isAbove ? 'up' : 'down'] ?? '') : '',
    };
  }

  function drivers(now: DriverSource, count: number): Driver[] {
    const contributionOf = (feature: number): number =>
      now.contributions[now.contributionRow * features.length + feature]!;
    const speaks = (feature: number, sum: number): number =>
      plausibility(features[feature]!, valueAt(now.columns[feature]!, now.row), typicalOf[feature]!, sum);
    return strongest(contributionOf, speaks, count).map(({ feature, sum }) => {
      const value = valueAt(now.columns[feature]!, now.row);
      return driver(feature, sum, value, driverSentence(features[feature]!, value, typicalOf[feature]!, sum));
    });
  }

  function changeDrivers(moved: DriverSource, then: ValueSource, count: number): Driver[] {
    const contributionOf = (feature: number): number =>
      moved.contributions[moved.contributionRow * features.length + feature]!;
    const speaks = (feature: number, sum: number): number =>
      plausibility(
        features[feature]!,
        valueAt(moved.columns[feature]!, moved.row),
        valueAt(then.columns[feature]!, then.row),
        sum,
      );
    return strongest(contributionOf, speaks, count).map(({ feature, sum }) => {
      const value = valueAt(moved.columns[feature]!, moved.row);
      const before = valueAt(then.columns[feature]!, then.row);
      return driver(feature, sum, value, changeSentence(features[feature]!, before, value, sum));
    });
  }

  return { drivers, changeDrivers };
}

/**
 * How readily people believe that a move from `reference` to `value` pushes the risk the way `sum` says:
 * a feature that did not move explains little, one that moved against its declared direction less than its siblings.
 */
function plausibility(
  { risk_when }: FeatureDefinition,
  value: FeatureValue,
  reference: FeatureValue,
  sum: number,
): number {
  if (value === reference) return 0.1;
  if (risk_when === 'either' || typeof value !== 'number' || typeof reference !== 'number') return 1;
  const riskier = risk_when === 'high' ? value > reference : value < reference;
  return riskier === sum > 0 ? 1 : 0.3;
}

function valueAt(column: FeatureColumn, row: number): FeatureValue {
  if (column.kind === 'category') return column.levels[column.codes[row]!] ?? null;
  const value = column.values[row]!;
  return Number.isNaN(value) ? null : value;
}
