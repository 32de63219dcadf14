import { beforeAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../../features/contract/failure.ts';
import { type FeatureFrame, type LabelledFrame, takeRows } from '../../../features/contract/feature-frame.ts';
import { type FeatureSet, featureSetHash } from '../../../features/contract/feature-set.ts';
import type { ModelArtefact } from '../../../models/artefact/artefact.ts';
import { artefactFromFiles, artefactToFiles } from '../../../models/artefact/artefact-files.ts';
import { encode, encodedWidth } from '../../../models/encoding/encoder.ts';
import { typicalAccount } from '../../../models/encoding/typical-account.ts';
import { type FamilyName, familyNamed } from '../../../models/families/families.ts';
import type { Weights } from '../../../models/families/family.ts';
import { meanHazardLogits } from '../../../models/families/mean-hazard.ts';
import { sumByTheme, themesOf } from '../../../models/scoring/drivers/themes.ts';
import { bindEnsemble } from '../../../models/scoring/ensemble.ts';
import { encodedBlock } from '../../../models/scoring/kernels/encoded-block.ts';
import { identityCalibration } from '../../../models/scoring/probability/calibration.ts';
import { riskThresholds } from '../../../models/scoring/probability/risk-bands.ts';
import { createScoringModel } from '../../../models/scoring/score.ts';
import { auc } from '../../../stats/auc.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { shuffledRows } from '../../../stats/shuffled-rows.ts';
import { startBackend } from '../../../training/backends/backend.ts';
import type { Backend } from '../../../training/backends/tensorflow.ts';
import { checkLabels } from '../../../training/check-labels.ts';
import { silu } from '../../../training/fit/activation.ts';
import { hazardTargets } from '../../../training/fit/hazard-targets.ts';
import { learnerNamed } from '../../../training/learners/learners.ts';
import { weeklyInputs } from '../../../training/learners/weekly-inputs.ts';
import type { FittedMember } from '../../../training/members/fit-member.ts';
import { everyRow, fitMadeUp } from '../fit-made-up.ts';
import { type MadeUpOptions, madeUpAccounts, madeUpFeatureSet } from '../made-up-accounts.ts';

const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];

/** What is checked, and on which accounts. */
export interface FamilySubject {
  readonly name: string;
  readonly featureSet: FeatureSet;
  readonly accounts: (options: MadeUpOptions) => LabelledFrame;
  readonly sequence: boolean;
}

const plain: FamilySubject = {
  name: 'by itself',
  featureSet: madeUpFeatureSet,
  accounts: madeUpAccounts,
  sequence: false,
};

/** What every family must do, however it works inside. */
export function describeFamily(
  family: FamilyName,
  { name, featureSet, accounts, sequence }: FamilySubject = plain,
): void {
  describe(`family ${family} ${name}`, () => {
    const labelled = accounts({ rows: 1_500, seed: 1, targets: TARGETS });
    const everything = everyRow(labelled);
    let backend: Backend;
    let fitted: FittedMember;
    const fitRows = (rows: number, seed: number): FittedMember =>
      fitMadeUp(backend, family, accounts({ rows, seed: 1, targets: TARGETS }), {
        seed,
        featureSet,
        sequence,
      });

    beforeAll(async () => {
      backend = await startBackend();
      fitted = fitRows(1_500, 1);
    });

    it('learns: ranks accounts far better than chance on every horizon', () => {
      const { probabilities } = modelOf(fitted, featureSet).score(labelled.frame, { driversPerRow: 0 });
      probabilities.forEach((column, target) => {
        expect(auc(labelled.labels[target]!, column)).toBeGreaterThan(0.75);
      });
    });

    it('gives the same weights for the same seed, others for another', () => {
      const again = fitRows(1_500, 1);
      expect([...again.weights]).toEqual([...fitted.weights]);
      expect([...fitRows(1_500, 2).weights]).not.toEqual([...fitted.weights]);
    });

    it('scores every row to the same bits among any other rows', () => {
      const { probabilities } = modelOf(fitted, featureSet).score(labelled.frame, { driversPerRow: 0 });
      const order = shuffledRows(labelled.frame.rowCount, createRandom(9));
      const shuffled = modelOf(fitted, featureSet).score(takeRows(labelled.frame, order), {
        driversPerRow: 0,
      }).probabilities;
      shuffled.forEach((column, target) => {
        expect([...column]).toEqual(Array.from(order, (row) => probabilities[target]![row]!));
      });
    });

    it('has probabilities that never fall with the horizon', () => {
      const [first, second, third] = modelOf(fitted, featureSet).score(labelled.frame, {
        driversPerRow: 0,
      }).probabilities;
      first!.forEach((probability, row) => {
        expect(second![row]).toBeGreaterThanOrEqual(probability);
        expect(third![row]).toBeGreaterThanOrEqual(second![row]!);
      });
    });

    it('gives the same scores with typed arrays as TensorFlow.js', () => {
      const { tf } = backend;
      const { encoder, weights } = fitted;
      const inputs = encode(encoder, featureSet, labelled.frame);
      const ours = familyNamed(family).network(weights).logits(encodedBlock(inputs, labelled.frame.rowCount));
      const learner = learnerNamed(family, sequence ? weeklyInputs(encoder) : []);
      const graph = tf.tidy(() => {
        const variables = new Map(
          [...weights].map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
        );
        const batch = tf.tensor2d(inputs, [labelled.frame.rowCount, encodedWidth(encoder)]);
        return learner.tensorLogits(tf, variables, batch, silu(tf)).dataSync();
      });
      const theirs = meanHazardLogits(graph, learner.submodels, TARGETS.length);
      ours.forEach((value, cell) => {
        expect(Math.abs(value - theirs[cell]!)).toBeLessThan(1e-5);
      });
    });

    it('scores the same bits after saving and loading', () => {
      const artefact = artefactOf(fitted, featureSet);
      const back = artefactFromFiles(artefactToFiles(artefact), 'test');
      const before = scoreAll(artefact, accounts);
      expect(scoreAll(back, accounts)).toEqual(before);
    });

    it('has drivers that add up to the score, relative to the typical account', () => {
      const model = modelOf(fitted, featureSet);
      const scored = model.score(labelled.frame, { driversPerRow: 99 });
      const sums = scored.drivers.map((drivers) =>
        drivers.reduce((sum, driver) => sum + driver.contribution, 0),
      );
      const logOdds = Array.from(scored.probabilities[2]!, (p) => Math.log(p / (1 - p)));
      // One constant, the typical account's log-odds, is between them for every row.
      const bases = logOdds.map((value, row) => value - sums[row]!);
      const spread = Math.max(...bases) - Math.min(...bases);
      // Drivers below 0.01 are left out, hence not exact.
      expect(spread).toBeLessThan(0.08);
    });

    it('has themes that add up to the log-odds, from the typical account and from any other', () => {
      const model = modelOf(fitted, featureSet);
      const { calibration, encoders } = artefactOf(fitted, featureSet);
      const network = familyNamed(family).network(fitted.weights);
      const ensemble = { encoders, members: [{ encoder: 0, network, share: 1 }], calibration };
      const rows = 200;
      const bound = bindEnsemble(ensemble, featureSet, labelled.frame, null);
      const explained = bound.explain(0, rows);
      const logOddsOf = (frame: FeatureFrame) =>
        model.score(frame, { driversPerRow: 0 }).probabilities[2]!.map((p) => Math.log(p / (1 - p)));
      const logOdds = logOddsOf(labelled.frame);
      const typical = logOddsOf(typicalAccount(fitted.encoder, featureSet))[0]!;
      const themes = themesOf(featureSet);
      const check = (contributions: Float64Array, startOf: (row: number) => number) => {
        for (let row = 0; row < rows; row++) {
          const sums = sumByTheme(themes, contributions, row).reduce((sum, one) => sum + one, 0);
          const width = featureSet.features.length;
          const all = contributions
            .subarray(row * width, (row + 1) * width)
            .reduce((sum, one) => sum + one, 0);
          expect(sums).toBeCloseTo(all, 10);
          expect(Math.abs(startOf(row) + sums - logOdds[row]!)).toBeLessThan(1e-3);
        }
      };
      check(explained.contributions(), () => typical);
      check(explained.contributions(bound.encode(rows, 2 * rows)), (row) => logOdds[rows + row]!);
    });

    it('leaves no tensor behind', () => {
      const before = backend.tf.memory().numTensors;
      fitRows(200, 3);
      expect(backend.tf.memory().numTensors).toBe(before);
    });

    it('fits 50 rows', () => {
      const { probabilities } = modelOf(fitRows(50, 4), featureSet).score(labelled.frame, {
        driversPerRow: 0,
      });
      expect(probabilities[0]!.every((p) => p > 0 && p < 1)).toBe(true);
    });

    it('drops constant and empty features and says so', () => {
      expect(fitted.encoder.dropped).toEqual([
        { feature: 'always_one', reason: 'always 1' },
        { feature: 'never_known', reason: 'no value at all' },
      ]);
    });

    it('trains on rows whose longer windows are still open', () => {
      const open = {
        ...everything,
        labels: everything.labels.map((c, k) =>
          k === 0 ? c : c.map((v, row) => (row % 2 ? v : Number.NaN)),
        ),
      };
      const member = fitMadeUp(backend, family, labelled, { slice: open, featureSet, sequence });
      const { probabilities } = modelOf(member, featureSet).score(labelled.frame, { driversPerRow: 0 });
      expect(auc(labelled.labels[2]!, probabilities[2]!)).toBeGreaterThan(0.75);
    });

    it('says that it is not fitted', () => {
      const none: Weights = new Map();
      expect(() => familyNamed(family).network(none)).toThrow(/is missing/);
    });

    it('refuses labels of one class', () => {
      const oneClass = { ...labelled, labels: labelled.labels.map((column) => column.map(() => 0)) };
      expect(() => checkLabels(oneClass)).toThrow(BadInput);
    });

    it('ignores rows whose label is NaN', () => {
      const targets = hazardTargets([Float64Array.of(Number.NaN, 1), Float64Array.of(Number.NaN, 1)]);
      expect([...targets.atRisk]).toEqual([0, 0, 1, 0]);
    });
  });
}

export function artefactOf(
  { family, encoder, weights }: FittedMember,
  featureSet = madeUpFeatureSet,
): ModelArtefact {
  return {
    description: {
      format: 2,
      scope: { kind: 'tenants' },
      targets: TARGETS,
      featureSet,
      featureSetHash: featureSetHash(featureSet),
      inputsHash: 'f'.repeat(64),
      riskThresholds: riskThresholds(0.2),
      members: [
        {
          family,
          encoder: 0,
          share: 1,
          tensors: [...weights].map(([name, { shape }]) => ({ name, shape: [...shape] })),
        },
      ],
    },
    encoders: [encoder],
    weights: [weights],
    calibration: identityCalibration(TARGETS.length),
  };
}

function modelOf(member: FittedMember, featureSet: FeatureSet) {
  return createScoringModel(artefactOf(member, featureSet), { name: 'made_up', version: 'v1' });
}

function scoreAll(artefact: ModelArtefact, accounts: FamilySubject['accounts']) {
  const { frame } = accounts({ rows: 300, seed: 5, targets: TARGETS });
  return createScoringModel(artefact, { name: 'made_up', version: 'v1' }).score(frame, { driversPerRow: 3 });
}
