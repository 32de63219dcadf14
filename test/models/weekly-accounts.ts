import type { FeatureColumn, LabelledFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { type MadeUpOptions, madeUpAccounts, madeUpFeatureSet } from './made-up-accounts.ts';

const WEEKS = 8;
const names = Array.from({ length: WEEKS }, (_, week) => `events_week_0${week + 1}`);

const featureSet: FeatureSet = {
  ...madeUpFeatureSet,
  name: 'made_up_weekly',
  features: [
    ...madeUpFeatureSet.features,
    ...names.map((name) => ({
      name,
      type: 'number' as const,
      label: name.replaceAll('_', ' '),
      unit: 'events',
      risk_when: 'low' as const,
    })),
  ],
};

/** Made-up accounts with weekly counts, some of them missing; those who churned faded in the latest weeks. */
export const weeklyAccounts = {
  featureSet,
  accounts: (options: MadeUpOptions): LabelledFrame => {
    const labelled = madeUpAccounts(options);
    const random = createRandom(`${options.seed}/weeks`);
    const columns = new Map<string, FeatureColumn>(labelled.frame.columns);
    names.forEach((name, week) => {
      const values = Float64Array.from({ length: options.rows }, (_, row) => {
        if (random.next() < 0.05) return Number.NaN;
        const fading = labelled.labels.at(-1)![row] === 1 && week < 3 ? 0.8 : 1;
        return Math.round(fading * 20 * Math.exp(0.5 * random.normal()));
      });
      columns.set(name, { kind: 'number', values });
    });
    return { ...labelled, frame: { ...labelled.frame, columns } };
  },
};
