import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../models/backend.ts';
import type { Calibration } from '../../models/calibration.ts';
import { type BoundEnsemble, bindEnsemble } from '../../models/ensemble.ts';
import { type FamilyName, familyNamed } from '../../models/families/family-named.ts';
import { lastHorizonLogit } from '../../models/hazard.ts';
import { typicalAccount } from '../../models/typical-account.ts';
import { fitMember } from '../../training/fit-member.ts';
import { sliceAsKnown } from '../../training/slice.ts';
import { madeUpAccounts, madeUpFeatureSet } from './made-up-accounts.ts';

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
};
let backend: Backend;

beforeAll(async () => {
  backend = await startBackend();
});

function membersOf(families: readonly FamilyName[]) {
  const slice = sliceAsKnown(labelled, labelled.groups.keys(), [0, 0, 0], null);
  return families.map((family) => {
    const { encoder, weights } = fitMember({
      backend,
      frame: labelled.frame,
      featureSet: madeUpFeatureSet,
      family,
      training: slice,
      validation: slice,
      plan: { plannedEpochs: 6, stopAfter: 6 },
      seed: 1,
      outOfTime: () => false,
    });
    return { encoder, network: familyNamed(family).network(weights), share: 1 / families.length };
  });
}

const logOdds = (ensemble: BoundEnsemble, row: number): number =>
  lastHorizonLogit(ensemble.hazardLogits(row, row + 1), new Float64Array(3));

describe.each<[string, readonly FamilyName[], number]>([
  ['the additive family, exactly', ['logistic'], 1e-4],
  ['the network', ['mlp'], 0.01],
  ['a blend', ['logistic', 'mlp'], 0.01],
])('contributions of %s', (_, families, tolerance) => {
  it('and the typical account add up to the score, after calibration and over all horizons', () => {
    const members = membersOf(families);
    const ensemble = bindEnsemble(members, calibration, madeUpFeatureSet, frame);
    const typical = typicalAccount(members[0]!.encoder, madeUpFeatureSet);
    const base = logOdds(bindEnsemble(members, calibration, madeUpFeatureSet, typical), 0);
    const contributions = ensemble.contributions(0, ROWS);
    for (let row = 0; row < ROWS; row++) {
      const sum = contributions
        .subarray(row * FEATURES, (row + 1) * FEATURES)
        .reduce((total, part) => total + part, 0);
      expect(Math.abs(base + sum - logOdds(ensemble, row))).toBeLessThan(tolerance);
    }
  });

  it('from another start add up to the difference; from itself there are none', () => {
    const ensemble = bindEnsemble(membersOf(families), calibration, madeUpFeatureSet, frame);
    const [moved] = [ensemble.contributions(0, 1, ensemble.inputs(1, 2))];
    const sum = moved!.reduce((total, part) => total + part, 0);
    expect(Math.abs(sum - (logOdds(ensemble, 0) - logOdds(ensemble, 1)))).toBeLessThan(tolerance);
    expect(ensemble.contributions(0, 5, ensemble.inputs(0, 5)).every((part) => part === 0)).toBe(true);
  });
});
