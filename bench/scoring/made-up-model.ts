import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import {
  type FeatureDefinition,
  type FeatureSet,
  featureSetHash,
} from '../../features/contract/feature-set.ts';
import type { ModelArtefact } from '../../models/artefact/artefact.ts';
import { type Encoder, encodedWidth, encodingOfInput, fitEncoder } from '../../models/encoding/encoder.ts';
import type { FamilyName } from '../../models/families/families.ts';
import type { Weight, Weights } from '../../models/families/family.ts';
import { identityCalibration } from '../../models/scoring/probability/calibration.ts';
import { riskThresholds } from '../../models/scoring/probability/risk-bands.ts';
import { createScoringModel } from '../../models/scoring/score.ts';
import { createRandom, type Random } from '../../stats/seeded-random.ts';
import { learnerNamed } from '../../training/learners/learners.ts';

export interface ModelShape {
  readonly features: number;
  readonly targets: readonly string[];
  /** The families of its networks; those of one group read the same encoder. */
  readonly groups: readonly (readonly FamilyName[])[];
}

const FITTED_ROWS = 4_000;
const PAIRS = 12;

/**
 * A model of the given shape that nobody trained: speed depends on widths and on how the inputs are spread, not on what
 * was learnt. Weights are as large as fitted ones, so that no product is skipped and drivers are worth telling.
 */
export function madeUpModel({ features, targets, groups }: ModelShape) {
  const random = createRandom(features);
  const featureSet = madeUpFeatures(features);
  const sample = madeUpFrame(featureSet, FITTED_ROWS, 1);
  const encoders = groups.map(([family]) => fitEncoder(sample, featureSet, learnerNamed(family!).encoding));
  const members = groups.flatMap((families, encoder) => families.map((family) => ({ family, encoder })));
  const weights = members.map(({ family, encoder }) =>
    madeUpWeights(family, encoders[encoder]!, targets.length, random),
  );
  const artefact: ModelArtefact = {
    description: {
      format: 2,
      scope: { kind: 'table' },
      targets: [...targets],
      featureSet,
      featureSetHash: featureSetHash(featureSet),
      inputsHash: 'f'.repeat(64),
      riskThresholds: riskThresholds(0.1),
      members: members.map(({ family, encoder }, index) => ({
        family,
        encoder,
        share: 1 / members.length,
        tensors: [...weights[index]!].map(([name, { shape }]) => ({ name, shape: [...shape] })),
      })),
    },
    encoders,
    weights,
    calibration: identityCalibration(targets.length),
  };
  return { featureSet, model: createScoringModel(artefact, { name: 'made_up', version: 'v0' }) };
}

function madeUpWeights(family: FamilyName, encoder: Encoder, intervals: number, random: Random): Weights {
  const inputs = encodedWidth(encoder);
  const fresh = learnerNamed(family).initialise(
    { inputs, intervals },
    new Float64Array(intervals).fill(-2.5),
    random,
  );
  if (family === 'tabm') return fresh;
  const moved = [...fresh].map(([name, { shape, values }]): [string, Weight] => [
    name,
    { shape, values: values.map((value) => value + random.normal() / Math.sqrt(inputs)) },
  ]);
  return new Map([...moved, ...(family === 'gam' ? madeUpPairs(encoder, intervals, random) : [])]);
}

/** Products of whole features, as many as fitting keeps at most. */
function madeUpPairs(encoder: Encoder, intervals: number, random: Random): [string, Weight][] {
  const count = encoder.encodings.length;
  const column = (values: ArrayLike<number>): Weight => ({
    shape: [values.length],
    values: Float32Array.from(values),
  });
  const some = (): Weight => column(Array.from({ length: PAIRS }, () => random.integer(count)));
  return [
    ['pair/unit', column(encodingOfInput(encoder))],
    ['pair/left', some()],
    ['pair/right', some()],
    [
      'pair/weight',
      {
        shape: [PAIRS, intervals],
        values: Float32Array.from({ length: PAIRS * intervals }, () => random.normal()),
      },
    ],
  ];
}

/** Of ten features, four counts that are often 0, four measured numbers (one of them often missing), a flag, a category. */
function madeUpFeatures(count: number): FeatureSet {
  return {
    name: 'made_up',
    version: 1,
    features: Array.from({ length: count }, (_, index): FeatureDefinition => {
      const type = index % 10 === 8 ? 'boolean' : index % 10 === 9 ? 'category' : 'number';
      const measure = Math.floor(index / 3);
      return {
        name: `measure_${measure}_${[7, 28, 84][index % 3]}d`,
        type,
        label: `measure ${measure} in the last ${[7, 28, 84][index % 3]} days`,
        unit: type === 'number' ? 'count' : '',
        risk_when: (['low', 'high', 'either'] as const)[index % 3]!,
        plays: { up: '', down: 'call them' },
      };
    }),
  };
}

export function madeUpFrame({ features }: FeatureSet, rowCount: number, seed: number): FeatureFrame {
  const random = createRandom(seed);
  const numbers = (next: () => number): FeatureColumn => ({
    kind: 'number',
    values: Float64Array.from({ length: rowCount }, next),
  });
  const columns = features.map(({ name }, index): [string, FeatureColumn] => {
    const kind = index % 10;
    if (kind < 4) return [name, numbers(() => Math.max(0, Math.floor(12 * random.normal())))];
    if (kind === 7)
      return [name, numbers(() => (random.next() < 0.3 ? Number.NaN : Math.exp(random.normal())))];
    if (kind < 8) return [name, numbers(() => random.normal())];
    if (kind === 8) return [name, numbers(() => random.integer(2))];
    const codes = Int32Array.from({ length: rowCount }, () => random.integer(6));
    return [name, { kind: 'category', codes, levels: ['a', 'b', 'c', 'd', 'e', 'f'] }];
  });
  return { rowCount, columns: new Map(columns) };
}
