import { beforeAll, describe, expect, it } from 'vitest';
import type { CategoryColumn } from '../../../features/contract/feature-frame.ts';
import { typicalAccount } from '../../../models/encoding/typical-account.ts';
import { type FamilyName, familyNamed } from '../../../models/families/families.ts';
import { type BoundEnsemble, bindEnsemble, type Ensemble } from '../../../models/scoring/ensemble.ts';
import type { Calibration } from '../../../models/scoring/probability/calibration.ts';
import { lastHorizonLogit } from '../../../models/scoring/probability/hazard.ts';
import { startBackend } from '../../../training/backends/backend.ts';
import type { Backend } from '../../../training/backends/tensorflow.ts';
import { fitMadeUp } from '../fit-made-up.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../made-up-accounts.ts';

const ROWS = 200;
const FEATURES = madeUpFeatureSet.features.length;
const labelled = madeUpAccounts({
  rows: 1_000,
  seed: 1,
  targets: ['churned_30d', 'churned_60d', 'churned_90d'],
});
const { frame } = madeUpAccounts({ rows: ROWS, seed: 2, targets: ['churned_30d'] });
const calibration: Calibration = {
  intervals: [
    { slope: 0.8, intercept: 0.1 },
    { slope: 1.3, intercept: -0.2 },
    { slope: 1, intercept: 0 },
  ],
  tenants: {
    own: [
      { slope: 1.2, intercept: 0.5 },
      { slope: 0.9, intercept: 0 },
      { slope: 1, intercept: 1 },
    ],
  },
};
const tenantIds: CategoryColumn = {
  kind: 'category',
  codes: Int32Array.from({ length: ROWS }, (_, row) => (row < ROWS / 2 ? 0 : 1)),
  levels: ['own', 'borrowing'],
};
let backend: Backend;

beforeAll(async () => {
  backend = await startBackend();
});

function ensembleOf(families: readonly FamilyName[]): Ensemble {
  const fitted = families.map((family) => fitMadeUp(backend, family, labelled, { epochs: 6 }));
  return {
    encoders: fitted.map(({ encoder }) => encoder),
    members: fitted.map(({ family, weights }, encoder) => ({
      encoder,
      network: familyNamed(family).network(weights),
      share: 1 / families.length,
    })),
    calibration,
  };
}

const logOdds = (ensemble: BoundEnsemble, row: number): number =>
  lastHorizonLogit(ensemble.hazardLogits(row, row + 1), new Float64Array(3));

describe.each<[string, readonly FamilyName[], number]>([
  ['a straight line', ['logistic'], 1e-3],
  ['the additive family with its pairs', ['gam'], 1e-3],
  ['the network', ['tabm'], 1e-3],
  ['a blend', ['logistic', 'gam', 'tabm'], 1e-3],
])('contributions of %s', (_, families, tolerance) => {
  it('and the typical account add up to the score, after calibration and over all horizons', () => {
    const fitted = ensembleOf(families);
    const ensemble = bindEnsemble(fitted, madeUpFeatureSet, frame, tenantIds);
    const typical = typicalAccount(fitted.encoders[0]!, madeUpFeatureSet);
    const contributions = ensemble.explain(0, ROWS).contributions();
    for (let row = 0; row < ROWS; row++) {
      // The typical account, if it were of the row's tenant.
      const itsTenant = { ...tenantIds, codes: tenantIds.codes.subarray(row, row + 1) };
      const base = logOdds(bindEnsemble(fitted, madeUpFeatureSet, typical, itsTenant), 0);
      const sum = contributions
        .subarray(row * FEATURES, (row + 1) * FEATURES)
        .reduce((total, part) => total + part, 0);
      expect(Math.abs(base + sum - logOdds(ensemble, row))).toBeLessThan(tolerance);
    }
  });

  it('from another start add up to the difference, and from the row itself are zero', () => {
    const ensemble = bindEnsemble(ensembleOf(families), madeUpFeatureSet, frame, tenantIds);
    // All in the first half are of one tenant, and far apart from each other: the longest lines there are.
    const count = ROWS / 4;
    const moved = ensemble.explain(0, count).contributions(ensemble.encode(count, 2 * count));
    for (let row = 0; row < count; row++) {
      const sum = moved
        .subarray(row * FEATURES, (row + 1) * FEATURES)
        .reduce((total, part) => total + part, 0);
      const wanted = logOdds(ensemble, row) - logOdds(ensemble, count + row);
      expect(Math.abs(sum - wanted)).toBeLessThan(tolerance);
    }
    const still = ensemble.explain(0, 5).contributions(ensemble.encode(0, 5));
    expect(still.every((part) => part === 0)).toBe(true);
  });
});

describe.each<FamilyName>(['logistic', 'gam'])('contributions of %s over one horizon', (family) => {
  it('are exact', () => {
    const shortest = { ...labelled, targets: ['churned_30d'], labels: labelled.labels.slice(0, 1) };
    const { encoder, weights } = fitMadeUp(backend, family, shortest, { epochs: 6 });
    if (family === 'gam') expect([...weights.keys()]).toContain('pair/weight');
    const ensemble: Ensemble = {
      encoders: [encoder],
      members: [{ encoder: 0, network: familyNamed(family).network(weights), share: 1 }],
      calibration: { intervals: [{ slope: 0.8, intercept: 0.1 }], tenants: {} },
    };
    const bound = bindEnsemble(ensemble, madeUpFeatureSet, frame, null);
    const typical = typicalAccount(encoder, madeUpFeatureSet);
    const [base] = bindEnsemble(ensemble, madeUpFeatureSet, typical, null).hazardLogits(0, 1);
    const contributions = bound.explain(0, ROWS).contributions();
    bound.hazardLogits(0, ROWS).forEach((logOdds, row) => {
      const parts = contributions.subarray(row * FEATURES, (row + 1) * FEATURES);
      expect(base! + parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(logOdds, 9);
    });
  });
});
