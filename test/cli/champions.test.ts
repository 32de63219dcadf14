import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';
import { rowsOf } from '../serving/small-marts.ts';
import { type CommandResult, runChurn } from './run-churn.ts';

/** Which model scores the night, through the real command: the one that was said to, or none. */

let folder: string;
let home: string;
let tenantId: string;

// A platform whose night ran, and an experiment for all tenants and one for a single tenant.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-champions-'));
  home = join(folder, 'home');
  expect((await runChurn(home, ['demo', '--tenants', '20', '--months', '10'])).status).toBe(0);
  const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb'), readOnly: true });
  const rows = await rowsOf(warehouse, accountChurnScores, ['tenant_id', 'as_of_date']);
  await warehouse.close();
  const latest = Math.max(...rows.map((row) => Number(row.as_of_date)));
  tenantId = String(rows.find((row) => row.as_of_date === latest && row.tenant_id !== 'platform')!.tenant_id);
  const registry = registryOf(home);
  const { artefact, card } = await registry.load('churn-tenants', 'v1');
  const own = { kind: 'tenant', tenantId } as const;
  const description = { ...artefact.description, scope: own, inputsHash: '0'.repeat(64) };
  await registry.register('own', {
    artefact: { ...artefact, description },
    card: { ...card, scope: own },
    report: '',
  });
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('churn train', () => {
  test('says that the first model of a scope serves, in the history too', async () => {
    const { status, stdout } = await runChurn(home, ['models', 'history', '--scope', 'tenants']);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/promoted +churn-tenants@v1 +– +\S+ +the first model of its scope/),
    ]);
  });

  test('--name makes an experiment, which serves nobody', async () => {
    const other = copyOf(home);
    const { status, stdout } = await runChurn(other, [...TRAIN, '--name', 'trial']);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^trial@v1 is an experiment and serves nobody: churn models promote trial@v1/),
    ]);
    expect((await runChurn(other, ['score'])).status).toBe(0);
    expect(await modelsThatScored(other)).toEqual(['churn-operator', 'churn-tenants']);
    expect((await runChurn(other, ['models', 'list'])).stdout).toMatch(/trial@v1 .*–\n?$/m);
  }, 120_000);

  test('--name serves nobody in a scope without a champion either', async () => {
    const other = copyOf(home);
    const args = [...TRAIN, '--scope', `tenant:${tenantId}`, '--name', 'trial'];
    const { status, stderr } = await runChurn(other, args);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(await championOf(other, `tenant:${tenantId}`)).toBeNull();
  }, 120_000);

  test('--promote lets it serve, and says who asked and why', async () => {
    const other = copyOf(home);
    const args = [...TRAIN, '--name', 'trial', '--promote', '--reason', 'simpler', '--json'];
    const { status, stdout } = await runChurn(other, args, { CHURN_USER: 'ana' });
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { name: 'trial', version: 'v1', alias: 'champion' },
    ]);
    expect((await changesOf(other, 'tenants')).at(-1)).toMatchObject({
      action: 'promote',
      subject: { name: 'trial', version: 'v1' },
      previous: { name: 'churn-tenants', version: 'v1' },
      by: 'ana',
      reason: 'simpler',
    });
    expect((await runChurn(other, ['score'])).status).toBe(0);
    expect(await modelsThatScored(other)).toEqual(['churn-operator', 'trial']);
  }, 120_000);
});

describe('churn models', () => {
  let other: string;
  beforeAll(async () => {
    other = copyOf(home);
    expect((await runChurn(other, [...TRAIN, '--name', 'trial'])).status).toBe(0);
  }, 120_000);

  test('promote: the model that it names scores the night, whoever was champion of its name', async () => {
    expect((await promote(other, 'trial', '--force')).status).toBe(0);
    const back = await promote(other, 'churn-tenants@v1', '--force');
    expect([back.status, back.stdout]).toEqual([
      0,
      expect.stringMatching(/^churn-tenants@v1 is champion of tenants, instead of trial@v1$/m),
    ]);
    expect((await runChurn(other, ['score'])).status).toBe(0);
    expect(await modelsThatScored(other)).toEqual(['churn-operator', 'churn-tenants']);
    const again = await promote(other, 'churn-tenants@v1');
    expect(again.stdout).toBe('churn-tenants@v1 is champion of tenants already; nothing was changed\n');
  });

  test('list says which serves which scope', async () => {
    const { stdout } = await runChurn(other, ['models', 'list']);
    expect(stdout).toMatch(/churn-operator@v1 .+champion of operator/);
    expect(stdout).toMatch(/churn-tenants@v1 .+champion of tenants/);
    expect(stdout.match(/champion of/g)).toHaveLength(2);
  });

  test('rollback brings back the one before, and history says all of it', async () => {
    const back = ['models', 'rollback', '--scope', 'tenants', '--reason', 'complaints'];
    const { status, stdout } = await runChurn(other, back, { CHURN_USER: 'bo' });
    expect([status, stdout]).toEqual([
      0,
      'trial@v1 is champion of tenants again, instead of churn-tenants@v1\n',
    ]);
    const { stdout: history } = await runChurn(other, ['models', 'history', '--scope', 'tenants']);
    expect(history.trim().split('\n').at(-1)).toMatch(
      /rolled back to +trial@v1 +churn-tenants@v1 +bo +complaints$/,
    );
  });

  test('delete and prune spare who serves and who would be rolled back to', async () => {
    for (const model of ['trial@v1', 'churn-tenants@v1']) {
      const { status, stderr } = await runChurn(other, ['models', 'delete', model]);
      expect([model, status, stderr]).toEqual([
        model,
        2,
        expect.stringMatching(/is (champion of|what a rollback of) tenants/),
      ]);
    }
    expect((await runChurn(other, [...TRAIN, '--name', 'trial', '--seed', '8'])).status).toBe(0);
    expect((await runChurn(other, [...TRAIN, '--name', 'trial', '--seed', '9'])).status).toBe(0);
    const pruned = await runChurn(other, ['models', 'prune', 'trial', '--keep', '1']);
    expect([pruned.status, pruned.stdout, pruned.stderr]).toEqual([
      0,
      'removed of trial: v2\n',
      'trial@v1 stays: it is champion of tenants\n',
    ]);
    expect((await runChurn(other, ['score'])).status).toBe(0);
  }, 120_000);

  test('promote refuses a version that every night would refuse', async () => {
    const registry = registryOf(other);
    const { artefact, card } = await registry.load('churn-tenants', 'v1');
    const { featureSet } = artefact.description;
    const features = [...featureSet.features, { ...featureSet.features[0]!, name: 'unheard_of' }];
    const description = {
      ...artefact.description,
      featureSet: { ...featureSet, features },
      inputsHash: '1'.repeat(64),
    };
    await registry.register('outdated', { artefact: { ...artefact, description }, card, report: '' });
    const { status, stderr } = await promote(other, 'outdated');
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/outdated@v1: was trained on other features than the marts hold/),
    ]);
  });

  test('promote needs a reason, and a scope that the model was trained for', async () => {
    const silent = await runChurn(other, ['models', 'promote', 'trial']);
    expect([silent.status, silent.stderr]).toEqual([2, expect.stringMatching(/--reason <text>/)]);
    const wrong = await promote(other, 'trial', '--scope', 'operator');
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/trial@v3: was trained for tenants and cannot serve operator; .+--scope/),
    ]);
  });
});

describe('a damaged champion of one tenant', () => {
  let other: string;
  let before: Awaited<ReturnType<typeof scoresOf>>;
  beforeAll(async () => {
    other = copyOf(home);
    expect((await promote(other, 'own', '--force')).status).toBe(0);
    before = await scoresOf(other);
  });

  test.each([
    [
      'a truncated file',
      () => truncateSync(join(other, 'models/own/v1/weights.bin'), 100),
      /weights\.bin has/,
    ],
    ['a lost description', () => rmSync(join(other, 'models/own/v1/model.json')), /model\.json is missing/],
    ['a lost version', () => rmSync(join(other, 'models/own/v1'), { recursive: true }), /does not exist/],
    [
      'a lost record',
      () => rmSync(join(other, 'models/.champions', `tenant%3a${tenantId}`, '1', 'change.json')),
      /cannot be read/,
    ],
  ])(
    '%s: its night fails and says so, it keeps its scores, the others are scored',
    async (_, harm, message) => {
      harm();
      for (const command of [['models', 'verify'], ['doctor']]) {
        const { status, stdout, stderr } = await runChurn(other, command);
        expect([status, stdout + stderr]).toEqual([1, expect.stringMatching(message)]);
        expect(stdout + stderr).toContain(`champion of tenant:${tenantId}`);
      }
      const { status, stderr } = await runChurn(other, ['score']);
      expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
      expect(stderr.trim().split('\n')).toEqual([
        expect.stringMatching(
          `^failed: champion of tenant:${tenantId}: .+churn models (rollback|promote) .*--scope tenant:${tenantId} `,
        ),
      ]);
      const runs = await lastRunsOf(other);
      expect(runs.filter(({ status: ended }) => ended !== 'succeeded')).toEqual([
        expect.objectContaining({
          tenant_id: tenantId,
          status: 'failed',
          error: expect.stringMatching(message),
        }),
      ]);
      expect(runs.length).toBeGreaterThan(5);
      const ofTenant = (rows: typeof before) => rows.filter((row) => row.tenant_id === tenantId);
      expect(ofTenant(await scoresOf(other))).toEqual(ofTenant(before));
    },
  );
});

describe('a home of the first edition', () => {
  test('with a lock of a process that was killed, by a clock that went wrong, waits for nobody', async () => {
    const other = copyOf(home);
    const lock = join(other, 'models/churn-tenants/.aliases.lock');
    mkdirSync(lock);
    utimesSync(lock, new Date('2040-01-01'), new Date('2040-01-01'));
    const challenge = await runChurn(other, [
      ...['models', 'promote', 'churn-tenants@v1', 'challenger', '--reason', 'test'],
    ]);
    expect([challenge.status, challenge.stderr]).toEqual([0, '']);
  });

  test('keeps the champion that it has, and says what was assumed', async () => {
    const other = firstEdition(home, { 'churn-tenants': 'v1', 'churn-operator': 'v1' });
    const { status, stderr } = await runChurn(other, ['score']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/tenants: churn-tenants@v1 is assumed/)]);
    expect((await promote(other, 'churn-tenants@v1')).status).toBe(0);
    expect((await runChurn(other, ['score'])).stderr).not.toMatch(/churn-tenants@v1 is assumed/);
  });

  test('with two champions of a scope stops that scope until somebody chooses', async () => {
    const copy = copyOf(home);
    cpSync(join(copy, 'models/churn-tenants'), join(copy, 'models/trial'), { recursive: true });
    const other = firstEdition(copy, { 'churn-tenants': 'v1', trial: 'v1', 'churn-operator': 'v1' });
    const { status, stderr } = await runChurn(other, ['score']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(
        /churn-tenants@v1 and trial@v1 .+churn models promote NAME@VERSION --scope tenants/,
      ),
    ]);
    const runs = await lastRunsOf(other);
    expect(runs.find((run) => run.tenant_id === 'platform')).toMatchObject({ status: 'succeeded' });
    const training = await runChurn(other, TRAIN);
    expect([training.status, training.stderr]).toEqual([1, expect.stringMatching(/churn models promote/)]);
    expect((await promote(other, 'trial@v1')).status).toBe(0);
    expect((await runChurn(other, ['score'])).status).toBe(0);
    expect(await modelsThatScored(other)).toEqual(['churn-operator', 'trial']);
  });
});

const TRAIN = ['train', '--model', 'logistic', '--seed', '7'];

function promote(of: string, model: string, ...args: readonly string[]): Promise<CommandResult> {
  return runChurn(of, ['models', 'promote', model, '--reason', 'test', ...args]);
}

function registryOf(of: string) {
  return openLocalRegistry({ directory: join(of, 'models'), clock: () => new Date() });
}

async function championOf(of: string, scope: string) {
  const { entries } = await registryOf(of).champions();
  return entries.find((entry) => entry.scope === scope)?.record?.champions.at(-1) ?? null;
}

async function changesOf(of: string, scope: string) {
  return JSON.parse((await runChurn(of, ['models', 'history', '--scope', scope, '--json'])).stdout);
}

function copyOf(original: string): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(original, copy, { recursive: true });
  return copy;
}

/** The same home as the first edition left it: aliases beside the versions, and no record of who serves. */
function firstEdition(original: string, champions: Readonly<Record<string, string>>): string {
  const copy = copyOf(original);
  rmSync(join(copy, 'models/.champions'), { recursive: true });
  for (const [name, version] of Object.entries(champions))
    writeFileSync(
      join(copy, 'models', name, 'aliases.json'),
      JSON.stringify({ champions: [version], challenger: null, history: [] }),
    );
  return copy;
}

async function tableOf(of: string, table: typeof scoreRuns, columns: readonly string[]) {
  const warehouse = await openDuckDbWarehouse({ file: join(of, 'warehouse.duckdb'), readOnly: true });
  try {
    return await rowsOf(warehouse, table, columns);
  } finally {
    await warehouse.close();
  }
}

function scoresOf(of: string) {
  return tableOf(of, accountChurnScores, ['tenant_id', 'account_id', 'model_name', 'run_id', 'risk_rank']);
}

/** The runs of the latest night. */
async function lastRunsOf(of: string) {
  const runs = await tableOf(of, scoreRuns, [
    'run_id',
    'tenant_id',
    'status',
    'error',
    'model_name',
    'started_at',
  ]);
  const latest = Math.max(...runs.map(({ started_at }) => Number(started_at)));
  const runId = runs.find(({ started_at }) => Number(started_at) === latest)!.run_id;
  return runs.filter((run) => run.run_id === runId);
}

/** Names of the models whose scores the latest night wrote. */
async function modelsThatScored(of: string): Promise<string[]> {
  const runs = (await lastRunsOf(of)).filter(({ status }) => status === 'succeeded');
  return [...new Set(runs.map(({ model_name }) => String(model_name)))].sort();
}
