import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { auc } from '../../stats/auc.ts';
import { fitLineOnLogit } from '../../stats/fit-line-on-logit.ts';
import { quantiles } from '../../stats/quantiles.ts';
import { sigmoid } from '../../stats/sigmoid.ts';
import type { Slice } from '../splits/slice.ts';

const RECENCY_FEATURE =
  /^days_since_(?:last_)?(?:activity|event|any)?$|^days_since_last$|^recency(?:_days)?$/;

/** What a model has to beat: a rule that fits on a napkin. One column of probabilities per target. */
export interface Baseline {
  readonly name: string;
  probabilities(frame: FeatureFrame): Float64Array[];
}

/** Everybody gets the training rate. */
export function baseRateBaseline({ labels }: Slice): Baseline {
  const rates = labels.map((column) => {
    const known = column.filter((label) => !Number.isNaN(label));
    return known.reduce((sum, label) => sum + label, 0) / known.length;
  });
  return {
    name: 'base_rate',
    probabilities: ({ rowCount }) => rates.map((rate) => new Float64Array(rowCount).fill(rate)),
  };
}

/**
 * One feature alone, through a fitted sigmoid: days since the last activity where the feature set has that,
 * else the numeric feature that ranks training accounts best. Undefined when there is no numeric feature.
 */
export function singleFeatureBaseline(
  frame: FeatureFrame,
  featureSet: FeatureSet,
  { rows, labels }: Slice,
): Baseline | undefined {
  const recency = featureSet.features.find(({ name }) => RECENCY_FEATURE.test(name))?.name;
  const chosen = recency ?? bestFeature(frame, featureSet, rows, labels[0]!);
  const column = chosen === undefined ? undefined : frame.columns.get(chosen);
  if (chosen === undefined || column?.kind !== 'number') return undefined;
  const values = Float64Array.from(rows, (row) => column.values[row]!);
  const [low, median, high] = quantiles(values, [0.05, 0.5, 0.95]);
  const scale = high! > low! ? high! - low! : 1;
  const standardised = (value: number): number =>
    Number.isFinite(value) ? Math.max(-3, Math.min(3, (value - median!) / scale)) : 0;
  const lines = labels.map((target) => {
    const known = Int32Array.from(rows.keys()).filter((position) => !Number.isNaN(target[position]!));
    return fitLineOnLogit(
      Float64Array.from(known, (position) => target[position]!),
      Float64Array.from(known, (position) => standardised(values[position]!)),
    );
  });
  return {
    name: recency === undefined ? `single_feature:${chosen}` : `recency:${chosen}`,
    probabilities: (scored) => {
      const given = scored.columns.get(chosen);
      return lines.map(({ slope, intercept }) =>
        Float64Array.from({ length: scored.rowCount }, (_, row) =>
          sigmoid(
            slope * standardised(given?.kind === 'number' ? given.values[row]! : Number.NaN) + intercept,
          ),
        ),
      );
    },
  };
}

function bestFeature(
  frame: FeatureFrame,
  { features }: FeatureSet,
  rows: Int32Array,
  labels: Float64Array,
): string | undefined {
  const most = 20_000;
  const stride = Math.ceil(rows.length / most);
  const sampled = Int32Array.from(rows.keys()).filter(
    (position) => position % stride === 0 && !Number.isNaN(labels[position]!),
  );
  const sampledLabels = Float64Array.from(sampled, (position) => labels[position]!);
  let best: string | undefined;
  let bestDistance = 0;
  for (const { name } of features) {
    const column = frame.columns.get(name);
    if (column?.kind !== 'number') continue;
    const known = sampled.filter((position) => Number.isFinite(column.values[rows[position]!]!));
    if (known.length < sampled.length / 2) continue;
    const scores = Float64Array.from(sampled, (position) => {
      const value = column.values[rows[position]!]!;
      return Number.isFinite(value) ? value : 0;
    });
    const distance = Math.abs(auc(sampledLabels, scores) - 0.5);
    if (distance > bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}
