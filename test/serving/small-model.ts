import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import { featureSetHash } from '../../features/contract/feature-set.ts';
import type { ModelArtefact } from '../../models/artefact/artefact.ts';
import type { ModelCard } from '../../models/artefact/model-card.ts';
import { encodedWidth, fitEncoder } from '../../models/encoding/encoder.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { identityCalibration } from '../../models/scoring/probability/calibration.ts';
import { riskThresholds } from '../../models/scoring/probability/risk-bands.ts';
import type { ModelScope } from '../../models/scoring/scoring-model.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { learnerNamed } from '../../training/learners/learners.ts';
import { smallFeatureSet } from './linear-model.ts';

const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];
const INTERVALS = TARGETS.length;

/** Accounts that the small model's encoder was fitted on: 0 to 28 active days, 0 to 3 tickets, two plans. */
const fitted: FeatureFrame = {
  rowCount: 116,
  columns: new Map([
    ['active_days_28d', { kind: 'number', values: Float64Array.from({ length: 116 }, (_, row) => row % 29) }],
    ['open_tickets', { kind: 'number', values: Float64Array.from({ length: 116 }, (_, row) => row % 4) }],
    [
      'plan',
      {
        kind: 'category',
        codes: Int32Array.from({ length: 116 }, (_, row) => (row % 3) - 1),
        levels: ['basic', 'plus'],
      },
    ],
  ]),
};

export interface SmallModelOptions {
  readonly name?: string;
  readonly scope?: ModelScope;
  readonly seed?: number;
  readonly family?: 'logistic' | 'tabm';
  /** What its card says beside what every card must. */
  readonly figures?: Partial<ModelCard>;
  readonly reason?: string;
}

/** Registers and promotes a real, tiny model of the small feature set; says which version it became. */
export async function promoteSmallModel(
  registry: ModelRegistry,
  options: SmallModelOptions = {},
): Promise<string> {
  const { name = 'small', scope = { kind: 'tenants' }, seed = 1, family = 'logistic' } = options;
  const { figures = {}, reason = 'test' } = options;
  const { version } = await registry.register(name, {
    artefact: smallArtefact(scope, seed, family),
    card: { ...card(name, scope, seed), ...figures },
    report: '<!doctype html>',
  });
  await registry.promote(name, version, { by: 'test', reason });
  return version;
}

function smallArtefact(
  scope: ModelScope,
  seed: number,
  family: NonNullable<SmallModelOptions['family']>,
): ModelArtefact {
  const encoder = fitEncoder(fitted, smallFeatureSet, {
    piecewiseBins: 8,
    linear: true,
    rareRows: 20,
    maximumLevels: 64,
  });
  const random = createRandom(seed);
  const initial = learnerNamed(family).initialise(
    { inputs: encodedWidth(encoder), intervals: INTERVALS },
    Float64Array.of(-3, -3, -3),
    random,
  );
  const weights = new Map(
    [...initial].map(([tensor, { shape, values }]) => [
      tensor,
      { shape, values: tensor.endsWith('weight') ? values.map(() => random.next() - 0.5) : values },
    ]),
  );
  return {
    description: {
      format: 2,
      scope: scope as ModelArtefact['description']['scope'],
      targets: TARGETS,
      featureSet: smallFeatureSet,
      featureSetHash: featureSetHash(smallFeatureSet),
      inputsHash: String(seed).repeat(64).slice(0, 64),
      riskThresholds: riskThresholds(0.1),
      members: [
        {
          family,
          encoder: 0,
          share: 1,
          tensors: [...weights].map(([tensor, { shape }]) => ({ name: tensor, shape: [...shape] })),
        },
      ],
    },
    encoders: [encoder],
    weights: [weights],
    calibration: {
      ...identityCalibration(INTERVALS),
      // A tenant with lines of its own: scored as any other, its rows come out differently.
      tenants: { acme: new Array(INTERVALS).fill({ slope: 1.2, intercept: 0.5 }) },
    },
  };
}

function card(name: string, scope: ModelScope, seed: number): ModelCard {
  const slice = { rows: 0, accounts: 0, from: null, to: null };
  return {
    name,
    scope: scope as ModelCard['scope'],
    targets: TARGETS,
    trained_at: '2026-01-01T00:00:00.000Z',
    duration_seconds: 0,
    seed,
    data: { snapshot_hash: '', rows: 116, accounts: 116, tenants: 1, base_rates: {} },
    feature_set: { name: 'small', version: 1, hash: '', features: 3, dropped: [] },
    split: { method: 'none', training: slice, validation: slice, test: slice },
    production: { refitted: false, fit: slice },
    members: [],
    risk_thresholds: riskThresholds(0.1),
    test: [],
    baselines: [],
    tenants: [],
    reliability: [],
    lift: [],
    top_of_list: [],
    packages: {},
    backend: 'none',
    git_commit: null,
    notes: [],
  };
}
