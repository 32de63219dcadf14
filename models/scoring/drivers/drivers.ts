import type { FeatureColumn } from '../../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../../features/contract/feature-set.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import type { Driver, DriverColumn, FeatureValue } from './driver.ts';
import { ownPast } from './own-past.ts';
import { sumByTheme, themesOf } from './themes.ts';

/** Log-odds below which a driver, or a feature in it, is noise that no one should act on. */
const LEAST_CONTRIBUTION = 0.01;
/** Features that a driver names: the one that tells it, and the strongest others. */
const COLUMNS_PER_DRIVER = 4;

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

/** A feature that may tell a driver. */
interface Teller {
  readonly feature: number;
  readonly before?: FeatureValue;
  readonly agreement: Agreement;
}

/**
 * Adds contributions up by theme and picks the feature that tells each: the one that pushes hardest in the direction of
 * the sum, on the side that weighs more: what moved as people expect of it, or what did not.
 */
export function driverWriter(
  featureSet: FeatureSet,
  typical: ReadonlyMap<string, FeatureValue>,
): DriverWriter {
  const { features } = featureSet;
  const themes = themesOf(featureSet);
  const featuresOf = themes.codes.map((_, theme) =>
    [...features.keys()].filter((feature) => themes.ofFeature[feature] === theme),
  );
  const typicalOf = features.map(({ name }) => typical.get(name) ?? null);
  const positions = new Map(features.map(({ name }, feature) => [name, feature]));
  const positionOf = (name: string | undefined) => (name === undefined ? undefined : positions.get(name));
  const twiceOf = features.map((feature) => positionOf(feature.twice));
  const toldBy = features.map((feature) => positionOf(feature.told_by));

  function strongest(
    source: DriverSource,
    count: number,
    tellerOf: (feature: number, sum: number) => Teller,
  ): Driver[] {
    const first = source.contributionRow * features.length;
    const contributionOf = (feature: number): number => source.contributions[first + feature]!;
    const column = (feature: number): DriverColumn => ({
      feature: features[feature]!.name,
      contribution: contributionOf(feature),
      value: valueAt(source, feature),
      typical: typicalOf[feature]!,
    });

    function driver(theme: number, sum: number): Driver {
      const descending = featuresOf[theme]!.filter((feature) => Math.abs(contributionOf(feature)) > 0).sort(
        (left, right) => Math.abs(contributionOf(right)) - Math.abs(contributionOf(left)),
      );
      // The strongest on each side, and what each side weighs: a theme that mostly contradicts is told so.
      const tellers: Partial<Record<Agreement, Teller>> = {};
      const weights = { agrees: 0, contradicts: 0, idle: 0 };
      for (const feature of descending) {
        const strength = contributionOf(feature) * Math.sign(sum);
        if (strength <= 0) continue;
        const teller = tellerOf(feature, sum);
        tellers[teller.agreement] ??= teller;
        weights[teller.agreement] += strength;
      }
      const told =
        weights.contradicts > weights.agrees ? tellers.contradicts : (tellers.agrees ?? tellers.idle);
      const { feature, before } = told!;
      const others = descending.filter(
        (other) => other !== feature && Math.abs(contributionOf(other)) >= LEAST_CONTRIBUTION,
      );
      return {
        theme: themes.codes[theme]!,
        contribution: sum,
        columns: [
          before === undefined ? column(feature) : { ...column(feature), before },
          ...others.slice(0, COLUMNS_PER_DRIVER - 1).map(column),
        ],
      };
    }

    const sums = sumByTheme(themes, source.contributions, source.contributionRow);
    return [...sums.keys()]
      .filter((theme) => Math.abs(sums[theme]!) >= LEAST_CONTRIBUTION)
      .sort((left, right) => Math.abs(sums[right]!) - Math.abs(sums[left]!))
      .slice(0, count)
      .map((theme) => driver(theme, sums[theme]!));
  }

  /** A ratio is told by its counts where they fit. */
  function betterTold(
    feature: number,
    sum: number,
    tellerOf: (feature: number, sum: number) => Teller,
  ): Teller {
    const by = toldBy[feature];
    const counts = by === undefined ? undefined : tellerOf(by, sum);
    return counts?.agreement === 'agrees' ? counts : tellerOf(feature, sum);
  }

  function drivers(now: DriverSource, count: number): Driver[] {
    const pastOf = (feature: number, sum: number): number | undefined => {
      const twice = twiceOf[feature];
      if (twice === undefined) return undefined;
      const { risk_when } = features[feature]!;
      return ownPast(risk_when, valueAt(now, feature), valueAt(now, twice), sum);
    };
    const tellerOf = (feature: number, sum: number): Teller => {
      const before = pastOf(feature, sum);
      if (before !== undefined) return { feature, before, agreement: 'agrees' };
      const { risk_when } = features[feature]!;
      return {
        feature,
        agreement: agreementOf(risk_when, valueAt(now, feature), typicalOf[feature]!, sum),
      };
    };
    return strongest(now, count, (feature, sum) => betterTold(feature, sum, tellerOf));
  }

  function changeDrivers(moved: DriverSource, then: ValueSource, count: number): Driver[] {
    const tellerOf = (feature: number, sum: number): Teller => {
      const before = valueAt(then, feature);
      const { risk_when } = features[feature]!;
      return { feature, before, agreement: agreementOf(risk_when, valueAt(moved, feature), before, sum) };
    };
    return strongest(moved, count, (feature, sum) => betterTold(feature, sum, tellerOf));
  }

  return { drivers, changeDrivers };
}

function valueAt({ columns, row }: ValueSource, feature: number): FeatureValue {
  const column = columns[feature]!;
  if (column.kind === 'category') return column.levels[column.codes[row]!] ?? null;
  const value = column.values[row]!;
  return Number.isNaN(value) ? null : value;
}
