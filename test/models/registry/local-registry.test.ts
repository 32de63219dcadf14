import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BadInput, OperationFailed } from '../../../features/contract/failure.ts';
import type { ModelArtefact } from '../../../models/artefact/artefact.ts';
import type { ModelCard } from '../../../models/artefact/model-card.ts';
import { encodedWidth, fitEncoder } from '../../../models/encoding/encoder.ts';
import { championOf } from '../../../models/registry/champion-record.ts';
import { championOfTenant } from '../../../models/registry/load-champion.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { ServedScope } from '../../../models/registry/served-scope.ts';
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

  it('sweep what a killed registration left, and nothing that may still arrive', async () => {
    await registryHere().register('churn', content('a'));
    for (const left of ['.incoming-1-killed', '.incoming-2-killed', '.incoming-3-at-work'])
      await mkdir(join(directory, 'churn', left));
    expect((await registryHere().register('churn', content('b'))).version).toBe('v2');
    expect((await readdir(join(directory, 'churn'))).sort()).toEqual(['.incoming-3-at-work', 'v1', 'v2']);
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

const NOTE = { by: 'ana', reason: 'it is better' };
const TENANTS = { kind: 'tenants' } as const;
const championName = async (scope: ServedScope) => {
  const champion = championOf((await registryHere().champions()).recordOf(scope));
  return champion === undefined ? undefined : `${champion.name}@${champion.version}`;
};

describe('champions', () => {
  it('change, and roll back to earlier ones', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b', 'c']) await registry.register('churn', content(identity));
    for (const version of ['v1', 'v2', 'v3']) await registry.promote('churn', version, NOTE);
    expect((await registry.load('churn', 'champion')).version).toBe('v3');
    expect((await registry.rollback(TENANTS, NOTE)).subject.version).toBe('v2');
    expect((await registry.rollback(TENANTS, NOTE)).subject.version).toBe('v1');
    await expect(registry.rollback(TENANTS, NOTE)).rejects.toThrow(BadInput);
    expect((await registryHere().load('churn', 'champion')).version).toBe('v1');
  });

  it('of a scope are one, whatever their names', async () => {
    const registry = registryHere();
    await registry.register('churn', content('a'));
    await registry.register('other', content('b'));
    await registry.promote('churn', 'v1', NOTE);
    await registry.promote('other', 'v1', NOTE);
    expect(await championName(TENANTS)).toBe('other@v1');
    expect(await registry.promote('churn', 'v1', NOTE)).toMatchObject({
      previous: { name: 'other', version: 'v1' },
    });
    expect(await championName(TENANTS)).toBe('churn@v1');
    expect(await registry.promote('churn', 'v1', NOTE)).toBeNull();
    expect((await registry.list()).map(({ name, serves }) => [name, serves])).toEqual([
      ['churn', ['tenants']],
      ['other', []],
    ]);
  });

  it('are recorded with who, when and why', async () => {
    const registry = registryHere();
    await registry.register('churn', content('a'));
    await registry.promote('churn', 'v1', { by: 'bo', reason: 'the first' });
    expect(await registry.history(TENANTS)).toEqual([
      expect.objectContaining({
        action: 'promote',
        subject: { name: 'churn', version: 'v1' },
        previous: null,
        by: 'bo',
        reason: 'the first',
        at: expect.stringMatching(/^2026-01-/),
      }),
    ]);
  });

  it('free the challenger that wins', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b']) await registry.register('churn', content(identity));
    await registry.promote('churn', 'v1', NOTE);
    await registry.challenge('churn', 'v2', NOTE);
    await registry.promote('churn', 'challenger', NOTE);
    expect((await registry.list()).map(({ aliases }) => aliases)).toEqual([[], ['champion']]);
  });

  it('promoted at the same time are all in the history, one after the other', async () => {
    const registry = registryHere();
    const versions = ['v1', 'v2', 'v3', 'v4'];
    for (const identity of ['a', 'b', 'c', 'd']) await registry.register('churn', content(identity));
    await Promise.all(versions.map((version) => registryHere().promote('churn', version, NOTE)));
    const history = await registry.history(TENANTS);
    expect(history.map(({ subject }) => subject.version).sort()).toEqual(versions);
    for (const [index, { previous }] of history.entries())
      expect(previous).toEqual(history[index - 1]?.subject ?? null);
    expect(await readdir(join(directory, '.champions', 'tenants'))).toEqual(['1', '2', '3', '4']);
  });

  it('of a scope may be of all tenants, not of another one', async () => {
    const registry = registryHere();
    await registry.register('all', content('a', { kind: 'tenants' }));
    await registry.register('acme', content('b', { kind: 'tenant', tenantId: 'acme' }));
    await registry.promote('all', 'v1', { ...NOTE, scope: { kind: 'tenant', tenantId: 'globex' } });
    expect(await championName({ kind: 'tenant', tenantId: 'globex' })).toBe('all@v1');
    expect(await championName(TENANTS)).toBeUndefined();
    for (const scope of [TENANTS, { kind: 'tenant', tenantId: 'globex' }, { kind: 'operator' }] as const)
      await expect(registry.promote('acme', 'v1', { ...NOTE, scope })).rejects.toThrow(
        /acme@v1: was trained for tenant:acme and cannot serve/,
      );
  });

  it('of tenants whose ids differ in case or script are kept apart', async () => {
    const registry = registryHere();
    await registry.register('all', content('a', { kind: 'tenants' }));
    const ids = ['acme', 'Acme', 'a/../b', 'Ä'.repeat(200), `${'Ä'.repeat(199)}Ö`, '%41cme'];
    for (const tenantId of ids) {
      expect(await championName({ kind: 'tenant', tenantId })).toBeUndefined();
      await registry.promote('all', 'v1', { ...NOTE, scope: { kind: 'tenant', tenantId } });
      expect(await championName({ kind: 'tenant', tenantId })).toBe('all@v1');
    }
    const folders = await readdir(join(directory, '.champions'));
    expect(new Set(folders.map((name) => name.toLowerCase())).size).toBe(ids.length);
  });

  it('with a record that cannot be read are nobody, until somebody says which serves', async () => {
    const registry = registryHere();
    await registry.register('churn', content('a'));
    await registry.promote('churn', 'v1', NOTE);
    await writeFile(join(directory, '.champions', 'tenants', '1', 'change.json'), '{');
    await expect(championName(TENANTS)).rejects.toThrow(
      /champion of tenants: change 1 .+ cannot be read; .+churn models promote/,
    );
    await registry.promote('churn', 'v1', NOTE);
    expect(await championName(TENANTS)).toBe('churn@v1');
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

describe('removal', () => {
  it('spares champions, challengers and what a rollback would bring back', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b', 'c', 'd']) await registry.register('churn', content(identity));
    for (const version of ['v1', 'v2', 'v3']) await registry.promote('churn', version, NOTE);
    await registry.challenge('churn', 'v4', NOTE);
    for (const [version, reason] of [
      ['v2', /v2: is what a rollback of tenants brings back; promote another first/],
      ['v3', /v3: is champion of tenants/],
      ['v4', /v4: is challenger of tenants/],
    ] as const)
      await expect(registry.remove('churn', version)).rejects.toThrow(reason);
    await registry.remove('churn', 'v1');
    expect((await registry.list()).map(({ version }) => version)).toEqual(['v2', 'v3', 'v4']);
    expect((await registry.rollback(TENANTS, NOTE)).subject.version).toBe('v2');
  });

  it('does not give the number again', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b']) await registry.register('churn', content(identity));
    await registry.remove('churn', 'v2');
    expect((await registry.register('churn', content('b'))).version).toBe('v3');
    await expect(registry.remove('churn', 'v2')).rejects.toThrow(/v2: does not exist/);
  });

  it('removes nothing while nobody can say who serves', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b']) await registry.register('churn', content(identity));
    await registry.promote('churn', 'v1', NOTE);
    await writeFile(join(directory, '.champions', 'tenants', '1', 'change.json'), '');
    await expect(registry.remove('churn', 'v2')).rejects.toThrow(OperationFailed);
    expect((await registry.list()).map(({ version }) => version)).toEqual(['v1', 'v2']);
  });
});

describe('championOfTenant', () => {
  it('takes the narrowest scope that has one, and operator for the platform’s accounts', async () => {
    const registry = registryHere();
    await registry.register('all', content('a', { kind: 'tenants' }));
    await registry.register('acme', content('b', { kind: 'tenant', tenantId: 'acme' }));
    await registry.register('own', content('c', { kind: 'operator' }));
    await registry.register('by-hand', content('d', { kind: 'table' }));
    for (const name of ['all', 'acme', 'own', 'by-hand']) await registry.promote(name, 'v1', NOTE);
    const champions = await registry.champions();
    const serving = (tenantId: string) => championOfTenant(champions, tenantId)?.name;
    expect([serving('acme'), serving('other'), serving('platform')]).toEqual(['acme', 'all', 'own']);
  });

  it('has none before a promotion', async () => {
    await registryHere().register('all', content('a'));
    expect(championOfTenant(await registryHere().champions(), 'acme')).toBeNull();
  });

  it('does not pass over a record that cannot be read', async () => {
    const registry = registryHere();
    await registry.register('all', content('a', { kind: 'tenants' }));
    await registry.register('acme', content('b', { kind: 'tenant', tenantId: 'acme' }));
    for (const name of ['all', 'acme']) await registry.promote(name, 'v1', NOTE);
    await rm(join(directory, '.champions', 'tenant%3aacme', '1', 'change.json'));
    const champions = await registry.champions();
    expect(() => championOfTenant(champions, 'acme')).toThrow(/champion of tenant:acme/);
    expect(championOfTenant(champions, 'other')?.name).toBe('all');
  });
});

describe('a home of the first edition', () => {
  const aliases = (name: string, champions: readonly string[], challenger: string | null = null) =>
    writeFile(join(directory, name, 'aliases.json'), JSON.stringify({ champions, challenger, history: [] }));

  it('keeps the champion of a scope that one model has, and says so', async () => {
    const registry = registryHere();
    for (const identity of ['a', 'b', 'c']) await registry.register('churn', content(identity));
    await aliases('churn', ['v1', 'v2'], 'v3');
    const record = (await registry.champions()).recordOf(TENANTS);
    expect(record?.assumption).toMatch(
      /churn@v2 is assumed, .+`churn models promote churn@v2 --scope tenants/,
    );
    expect(await championName(TENANTS)).toBe('churn@v2');
    expect((await registry.load('churn', 'challenger')).version).toBe('v3');
    expect((await registry.rollback(TENANTS, NOTE)).subject.version).toBe('v1');
    expect(await registry.history(TENANTS)).toHaveLength(1);
  });

  it('is written down by a promotion, and not read any more then', async () => {
    const registry = registryHere();
    await registry.register('churn', content('a'));
    await aliases('churn', ['v1']);
    expect(await registry.promote('churn', 'v1', NOTE)).toMatchObject({ subject: { version: 'v1' } });
    await aliases('churn', ['v9']);
    expect((await registry.champions()).recordOf(TENANTS)).toMatchObject({
      assumption: null,
      champions: [{ name: 'churn', version: 'v1' }],
    });
  });

  it('with several champions of a scope has none, until somebody says which', async () => {
    const registry = registryHere();
    await registry.register('one', content('a'));
    await registry.register('two', content('b'));
    await registry.register('own', content('c', { kind: 'operator' }));
    for (const name of ['one', 'two', 'own']) await aliases(name, ['v1']);
    await expect(championName(TENANTS)).rejects.toThrow(
      /champion of tenants: one@v1 and two@v1 are each champion .+churn models promote NAME@VERSION --scope tenants/,
    );
    expect(await championName({ kind: 'operator' })).toBe('own@v1');
    await registry.promote('one', 'v1', NOTE);
    expect(await championName(TENANTS)).toBe('one@v1');
  });

  it('with a champion that is damaged beyond knowing its scope stops whoever it may have served', async () => {
    const registry = registryHere();
    await registry.register('gone', content('a'));
    await registry.register('own', content('b', { kind: 'operator' }));
    await aliases('gone', ['v1']);
    await aliases('own', ['v1']);
    await rm(join(directory, 'gone', 'v1', 'model.json'));
    expect(await championName(TENANTS)).toBe('gone@v1');
    await rm(join(directory, 'gone', 'v1'), { recursive: true });
    await expect(championName(TENANTS)).rejects.toThrow(/was champion and is damaged/);
    expect(await championName({ kind: 'operator' })).toBe('own@v1');
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
    top_of_list: [],
    packages: {},
    backend: 'wasm',
    git_commit: null,
    notes: [],
  };
}
