import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BadInput, OperationFailed } from '../../../features/contract/failure.ts';
import type { ModelArtefact } from '../../../models/artefact/artefact.ts';
import type { ModelCard } from '../../../models/artefact/model-card.ts';
import { encodedWidth, fitEncoder } from '../../../models/encoding/encoder.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import { identityCalibration } from '../../../models/scoring/probability/calibration.ts';
import type { ModelScope } from '../../../models/scoring/scoring-model.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { learnerNamed } from '../../../training/learners/learners.ts';
import { artefactOf } from '../families/family-checks.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../made-up-accounts.ts';

const labelled = madeUpAccounts({ rows: 120, seed: 1 });
let template: ModelArtefact;
let directory: string;
let day = 0;
const clock = (): Date => new Date(Date.UTC(2026, 0, ++day));
const registryHere = () => openLocalRegistry({ directory, clock });

beforeAll(() => {
  const learner = learnerNamed('logistic');
  const encoder = fitEncoder(labelled.frame, madeUpFeatureSet, learner.encoding);
  const weights = learner.initialise(
    { inputs: encodedWidth(encoder), intervals: 3 },
    Float64Array.of(-2, -2, -2),
    createRandom(1),
  );
  template = artefactOf({
    family: 'logistic',
    encoder,
    weights,
    epochs: [1],
    plannedEpochs: 1,
    validationLoss: 1,
    fittedRows: 120,
    outOfTime: false,
  });
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function content(identity: string, scope: ModelScope = { kind: 'tenants' }) {
  const artefact: ModelArtefact = {
    ...template,
    description: { ...template.description, scope, inputsHash: identity.repeat(64).slice(0, 64) },
    calibration: identityCalibration(3),
  };
  return { artefact, card: card(scope), report: '<!doctype html>' };
}

describe('versions', () => {
  it('load as they were registered, with every file of the artefact', async () => {
    const { version, existed } = await registryHere().register('churn', content('a'));
    expect({ version, existed }).toEqual({ version: 'v1', existed: false });
    expect((await readdir(join(directory, 'churn', 'v1'))).sort()).toEqual([
      'calibration.json',
      'card.json',
      'encoder.json',
      'manifest.json',
      'model.json',
      'report.html',
      'weights.bin',
    ]);
    const loaded = await registryHere().load('churn', 'v1');
    expect(loaded.artefact).toEqual(content('a').artefact);
    expect(loaded.model.score(labelled.frame, { driversPerRow: 0 }).rowCount).toBe(120);
  });

  it('made from equal inputs are kept once', async () => {
    await registryHere().register('churn', content('a'));
    expect(await registryHere().register('churn', content('a'))).toEqual({ version: 'v1', existed: true });
    expect(await registryHere().register('churn', content('b'))).toEqual({ version: 'v2', existed: false });
  });

  it('registered at the same time get different numbers and leave nothing behind', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const registered = await Promise.all(
      names.map((name) => registryHere().register('churn', content(name))),
    );
    expect(registered.map(({ version }) => version).sort()).toEqual(['v1', 'v2', 'v3', 'v4', 'v5', 'v6']);
    expect((await readdir(join(directory, 'churn'))).filter((entry) => entry.startsWith('.'))).toEqual([]);
    expect(await registryHere().list()).toHaveLength(6);
  });

  it('are refused with a remedy if the folder cannot be written', async () => {
    const blocked = join(directory, 'file');
    await writeFile(blocked, '');
    const registry = openLocalRegistry({ directory: blocked, clock });
    await expect(registry.register('churn', content('a'))).rejects.toThrow(/cannot be stored .*CHURN_HOME/);
  });
});

describe('damage', () => {
  const file = (name: string): string => join(directory, 'churn', 'v1', name);

  beforeEach(() => registryHere().register('churn', content('a')));

  it.each([
    ['truncated weights', () => truncate(file('weights.bin'), 10), /weights.bin has 10 bytes instead of \d+/],
    [
      'an edited card',
      async () => writeFile(file('card.json'), (await readFile(file('card.json'), 'utf8')).replace('0', '1')),
      /card.json was changed after it was registered/,
    ],
    ['a lost encoder', () => rm(file('encoder.json')), /encoder.json is missing/],
    ['a broken manifest', () => writeFile(file('manifest.json'), '{'), /manifest.json cannot be read/],
  ])('%s: load refuses and names it, verify lists it', async (_, harm, message) => {
    await harm();
    const loading = registryHere().load('churn', 'v1');
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(OperationFailed);
    await expect(loading).rejects.toThrow(/churn models verify/);
    const [verified] = await registryHere().verify();
    expect(verified!.problems.join()).toMatch(message);
  });

  it('is not found where there is none', async () => {
    expect(await registryHere().verify('churn')).toEqual([{ name: 'churn', version: 'v1', problems: [] }]);
  });

  it('does not stop the same inputs from being trained again', async () => {
    await truncate(file('weights.bin'), 10);
    expect((await registryHere().register('churn', content('a'))).version).toBe('v2');
  });
});

describe('aliases', () => {
  it('move, and roll back to earlier champions', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b', 'c']) await registry.register('churn', content(identity));
    for (const version of ['v1', 'v2', 'v3']) await registry.promote('churn', version);
    expect((await registry.load('churn', 'champion')).version).toBe('v3');
    expect(await registry.rollback('churn')).toBe('v2');
    expect(await registry.rollback('churn')).toBe('v1');
    await expect(registry.rollback('churn')).rejects.toThrow(BadInput);
    expect((await registryHere().load('churn', 'champion')).version).toBe('v1');
  });

  it('free the challenger that becomes champion', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b']) await registry.register('churn', content(identity));
    await registry.promote('churn', 'v1');
    await registry.promote('churn', 'v2', 'challenger');
    await registry.promote('churn', 'challenger');
    expect((await registry.list()).map(({ aliases }) => aliases)).toEqual([[], ['champion']]);
  });

  it('moved at the same time are all in the history', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b', 'c', 'd']) await registry.register('churn', content(identity));
    await Promise.all(['v1', 'v2', 'v3', 'v4'].map((version) => registryHere().promote('churn', version)));
    const { history } = JSON.parse(await readFile(join(directory, 'churn', 'aliases.json'), 'utf8'));
    expect(history).toHaveLength(4);
  });

  it.each([
    ['nothing', 'v1', /model nothing: does not exist; choose one of churn/],
    ['churn', 'v9', /model churn@v9: does not exist; choose one of v1/],
    ['churn', 'challenger', /model churn@challenger: points nowhere yet/],
    ['../churn', 'v1', /has characters other than/],
  ])('%s@%s is bad input', async (name, version, message) => {
    await registryHere().register('churn', content('a'));
    await expect(registryHere().load(name, version)).rejects.toThrow(message);
    await expect(registryHere().load(name, version)).rejects.toThrow(BadInput);
  });
});

describe('championFor', () => {
  it('takes the narrowest scope that has one, and operator for the platform’s accounts', async () => {
    const registry = registryHere();
    await registry.register('all', content('a', { kind: 'tenants' }));
    await registry.register('acme', content('b', { kind: 'tenant', tenantId: 'acme' }));
    await registry.register('own', content('c', { kind: 'operator' }));
    await registry.register('by-hand', content('d', { kind: 'table' }));
    for (const name of ['all', 'acme', 'own', 'by-hand']) await registry.promote(name, 'v1');
    const championName = async (scope: ModelScope) => (await registry.championFor(scope))?.name;
    expect(await championName({ kind: 'tenant', tenantId: 'acme' })).toBe('acme');
    expect(await championName({ kind: 'tenant', tenantId: 'other' })).toBe('all');
    expect(await championName({ kind: 'tenant', tenantId: 'platform' })).toBe('own');
    expect(await championName({ kind: 'operator' })).toBe('own');
  });

  it('has none before a promotion', async () => {
    await registryHere().register('all', content('a'));
    expect(await registryHere().championFor({ kind: 'tenants' })).toBeUndefined();
  });
});

function card(scope: ModelScope): ModelCard {
  const slice = { rows: 1, accounts: 1, from: null, to: null };
  return {
    name: 'churn',
    scope,
    targets: ['churned_30d', 'churned_60d', 'churned_90d'],
    trained_at: '2026-01-01T00:00:00.000Z',
    duration_seconds: 1,
    seed: 1,
    data: { snapshot_hash: 'x', rows: 1, accounts: 1, tenants: 1, base_rates: {} },
    feature_set: { name: 'made_up', version: 1, hash: 'x', features: 8, dropped: [] },
    split: { method: 'none', training: slice, validation: slice, test: slice },
    production: { refitted: true, fit: slice },
    members: [],
    risk_thresholds: { medium: 0.1, high: 0.2, critical: 0.3 },
    test: [],
    baselines: [],
    tenants: [],
    reliability: [],
    lift: [],
    packages: {},
    backend: 'wasm',
    git_commit: null,
    notes: [],
  };
}
