import { beforeAll, describe, expect, it } from 'vitest';
import { takeRows } from '../../../features/contract/feature-frame.ts';
import { encode, encodingOfInput } from '../../../models/encoding/encoder.ts';
import { FAMILY_NAMES, type FamilyName, familyNamed } from '../../../models/families/families.ts';
import type { Weights } from '../../../models/families/family.ts';
import { bindEnsemble, type Ensemble } from '../../../models/scoring/ensemble.ts';
import { encodedBlock } from '../../../models/scoring/kernels/encoded-block.ts';
import { startBackend } from '../../../training/backends/backend.ts';
import type { Backend } from '../../../training/backends/tensorflow.ts';
import { silu } from '../../../training/fit/activation.ts';
import { learnerNamed } from '../../../training/learners/learners.ts';
import { weeklyInputs } from '../../../training/learners/weekly-inputs.ts';
import { fitFamilyEncoder } from '../../../training/members/fit-family-encoder.ts';
import type { FittedMember } from '../../../training/members/fit-member.ts';
import { everyRow, fitMadeUp } from '../fit-made-up.ts';
import { weeklyAccounts } from '../weekly-accounts.ts';

const { featureSet } = weeklyAccounts;
const labelled = weeklyAccounts.accounts({ rows: 1_000, seed: 1 });
const isWeek = featureSet.features.map(({ name }) => name.startsWith('events_week_'));
const ROWS = 200;
let backend: Backend;

beforeAll(async () => {
  backend = await startBackend();
});

function ensembleOf({ family, encoder }: FittedMember, weights: Weights): Ensemble {
  return {
    encoders: [encoder],
    members: [{ encoder: 0, network: familyNamed(family).network(weights), share: 1 }],
    calibration: { intervals: [{ slope: 1, intercept: 0 }], tenants: {} },
  };
}

function fitWeeks(family: FamilyName): FittedMember {
  return fitMadeUp(backend, family, labelled, { featureSet, sequence: true, epochs: 6 });
}

describe('weekly inputs', () => {
  const encoderOf = (features: typeof featureSet.features) =>
    fitFamilyEncoder('tabm', labelled.frame, { ...featureSet, features }, everyRow(labelled), 1);

  it('are the scaled counts in the order of their weeks, for any column order', () => {
    const encoder = encoderOf([...featureSet.features].reverse());
    const inputs = weeklyInputs(encoder);
    const of = encodingOfInput(encoder);
    expect(inputs.map((input) => encoder.encodings[of[input]!]!.feature)).toEqual(
      featureSet.features.map(({ name }) => name).filter((name) => name.startsWith('events_week_')),
    );
    // The typical count is scaled to zero.
    const first = encoder.encodings[of[inputs[0]!]!]!;
    const values = labelled.frame.columns.get('events_week_01')!;
    const median = first.kind === 'number' ? first.median : Number.NaN;
    const row = values.kind === 'number' ? values.values.indexOf(median) : -1;
    const encoded = encode(encoder, featureSet, takeRows(labelled.frame, Int32Array.of(row)));
    expect(encoded[inputs[0]!]).toBe(0);
  });

  it('are none below six weeks', () => {
    const few = featureSet.features.filter(({ name }) => !/week_0[1-3]/.test(name));
    expect(weeklyInputs(encoderOf(few))).toEqual([]);
  });
});

describe.each<[FamilyName, number]>([
  ['logistic', 1e-6],
  ['gam', 1e-6],
  ['tabm', 2e-3],
])('%s with learnt weeks', (family, tolerance) => {
  it('has contributions that add up to the difference of two accounts', () => {
    const fitted = fitWeeks(family);
    const bound = bindEnsemble(ensembleOf(fitted, fitted.weights), featureSet, labelled.frame, null);
    const logits = bound.hazardLogits(0, 2 * ROWS);
    const contributions = bound.explain(0, ROWS).contributions(bound.encode(ROWS, 2 * ROWS));
    for (let row = 0; row < ROWS; row++) {
      const sum = contributions
        .subarray(row * isWeek.length, (row + 1) * isWeek.length)
        .reduce((total, part) => total + part, 0);
      expect(Math.abs(sum - (logits[row]! - logits[ROWS + row]!))).toBeLessThan(tolerance);
    }
  });
});

it('assigns the units’ contributions to the weeks only', () => {
  const fitted = fitWeeks('logistic');
  const contributionsOf = (weights: Weights) =>
    bindEnsemble(ensembleOf(fitted, weights), featureSet, labelled.frame, null)
      .explain(0, ROWS)
      .contributions();
  const head = fitted.weights.get('head/weight')!;
  const units = fitted.weights.get('sequence/bias')!.values.length;
  const silenced = { ...head, values: head.values.map((v, at) => (at < head.values.length - units ? v : 0)) };
  const withUnits = contributionsOf(fitted.weights);
  const without = contributionsOf(new Map([...fitted.weights, ['head/weight', silenced]]));
  const moved = [...withUnits.keys()].filter((cell) => Math.abs(withUnits[cell]! - without[cell]!) > 1e-9);
  expect(moved.length).toBeGreaterThan(ROWS);
  expect(moved.every((cell) => isWeek[cell % isWeek.length])).toBe(true);
});

it('trains the units by the gradient of the loss', () => {
  const { tf } = backend;
  const { encoder, weights } = fitWeeks('logistic');
  const inputs = encode(
    encoder,
    featureSet,
    takeRows(
      labelled.frame,
      Int32Array.from({ length: 50 }, (_, r) => r),
    ),
  );
  const sumOfLogits = (given: Weights): number =>
    familyNamed('logistic')
      .network(given)
      .logits(encodedBlock(inputs, 50))
      .reduce((sum, logit) => sum + logit, 0);
  const name = 'sequence/weight';
  const { shape, values } = weights.get(name)!;
  const slopes = tf.tidy(() => {
    const fixed = new Map(
      [...weights].map(([key, weight]) => [key, tf.tensor(weight.values, [...weight.shape])]),
    );
    const units = tf.variable(tf.tensor(values, [...shape]));
    const { grads } = tf.variableGrads(() => {
      const logits = learnerNamed('logistic', weeklyInputs(encoder)).tensorLogits(
        tf,
        new Map([...fixed, [name, units]]),
        tf.tensor2d(inputs, [50, inputs.length / 50]),
        silu(tf),
      );
      return tf.reshape(tf.matMul(tf.ones([1, 50]), logits), []);
    }, [units]);
    units.dispose();
    return grads[units.name]!.dataSync();
  });
  for (const cell of values.keys()) {
    const moved = (by: number): Weights =>
      new Map([
        ...weights,
        [name, { shape, values: values.map((value, at) => (at === cell ? value + by : value)) }],
      ]);
    const slope = (sumOfLogits(moved(0.01)) - sumOfLogits(moved(-0.01))) / 0.02;
    expect(slopes[cell]).toBeCloseTo(slope, 2);
  }
});

it.each(FAMILY_NAMES)('%s is unchanged without a series or without the option', (family) => {
  const short = { ...featureSet, features: featureSet.features.filter((_, feature) => !isWeek[feature]) };
  const asked = fitMadeUp(backend, family, labelled, { featureSet: short, sequence: true });
  const plain = fitMadeUp(backend, family, labelled, { featureSet: short });
  expect([...asked.weights]).toEqual([...plain.weights]);
  const unasked = fitMadeUp(backend, family, labelled, { featureSet });
  expect([...unasked.weights.keys()].some((name) => name.startsWith('sequence/'))).toBe(false);
});
