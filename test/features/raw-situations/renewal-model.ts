import type { FeatureFrame } from '../../../features/contract/feature-frame.ts';
import { featureSetHash } from '../../../features/contract/feature-set.ts';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import type { ScoringModel } from '../../../models/scoring/scoring-model.ts';

const featureSet = featureSetOf(defaultSettings());

/** A model of the real feature set that knows one thing: the nearer a renewal, the higher the risk. */
export const renewalModel: ScoringModel = {
  name: 'renewal',
  version: '1',
  scope: { kind: 'tenants' },
  featureSet,
  featureSetHash: featureSetHash(featureSet),
  targets: ['churned_30d', 'churned_60d', 'churned_90d'],
  score(frame) {
    const days = daysToRenewal(frame);
    const longest = days.map((value) => 1 / (1 + Math.exp(value / 30)));
    return {
      rowCount: frame.rowCount,
      probabilities: [longest.map((p) => p * 0.4), longest.map((p) => p * 0.7), longest],
      interval: { low: longest, high: longest },
      bands: Array.from(longest, (p) => (p > 0.4 ? 'high' : 'low')),
      drivers: Array.from(days, (value) => {
        const contribution = (90 - value) / 30;
        const column = { feature: 'days_to_renewal', contribution, value, typical: 90 };
        return [{ theme: 'renewal', contribution, columns: [column] }];
      }),
      previousProbability: new Float64Array(frame.rowCount).fill(Number.NaN),
      changeDrivers: Array.from(days, () => []),
      typicalLogOdds: new Float64Array(frame.rowCount).fill(-3),
    };
  },
};

function daysToRenewal(frame: FeatureFrame): Float64Array {
  const column = frame.columns.get('days_to_renewal');
  if (column?.kind !== 'number') throw new Error('days_to_renewal is no number');
  return column.values;
}
