import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { snowflakePlan } from '../../cli/doctor/snowflake-plan.ts';
import { OperationFailed } from '../../features/contract/failure.ts';
import { securityDefinitions } from '../../features/warehouse/snowflake/security/security-definitions.ts';
import { openSnowflakeModelStore } from '../../features/warehouse/snowflake/snowflake-model-store.ts';
import { SnowflakeSession } from '../../features/warehouse/snowflake/snowflake-session.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import type { LoadedModel, ModelRegistry } from '../../models/registry/model-registry.ts';
import { openSharedRegistry } from '../../models/registry/shared-registry.ts';
import type { Fault } from '../snowflake-endpoint/faults.ts';
import { openTestWarehouse, type TestWarehouse } from '../snowflake-endpoint/open-test-warehouse.ts';
import { shortenPauses } from '../snowflake-endpoint/shorten-pauses.ts';
import { runChurn } from './run-churn.ts';

/** Several hosts, each with its own folder, and one registry on a Snowflake stage. */

const USER = {
  name: 'service',
  password: 'of the service',
  roles: ['ACCOUNTADMIN', 'CHURN_BATCH'],
  defaultRole: 'CHURN_BATCH',
};
const clock = () => new Date();
const NOTE = { by: 'ana', reason: 'it is better' };
let folder: string;
let snowflake: TestWarehouse;
let trained: LoadedModel;
let hosts = 0;

beforeAll(async () => {
  shortenPauses(100);
  folder = mkdtempSync(join(tmpdir(), 'churn-shared-models-'));
  snowflake = await openTestWarehouse(
    { users: [USER], grants: 'checked' },
    { user: USER.name, credentials: { kind: 'password', password: USER.password }, role: 'CHURN_BATCH' },
  );
  const administrator = await SnowflakeSession.open({ ...snowflake.options, role: 'ACCOUNTADMIN' });
  const plan = snowflakePlan({ database: 'CHURN', warehouse: 'CHURN' }, []);
  for (const statement of securityDefinitions(plan)) await administrator.execute(statement);
  await administrator.close();

  const table = join(folder, 'table.csv');
  const rows = Array.from({ length: 400 }, (_, i) => `${i % 23},${i % 7},${Number((i % 23) + (i % 5) > 18)}`);
  writeFileSync(table, `idle_days,tickets,churned\n${rows.join('\n')}\n`);
  const home = join(folder, 'trained');
  const { status, stderr } = await runChurn(home, [
    'train',
    '--table',
    table,
    '--label',
    'churned',
    '--model',
    'logistic',
    '--name',
    'tiny',
  ]);
  expect(stderr).not.toMatch(/unexpected/);
  expect(status).toBe(0);
  trained = await openLocalRegistry({ directory: join(home, 'models'), clock }).load('tiny', 'v1');
}, 120_000);

afterAll(async () => {
  await snowflake.close();
  rmSync(folder, { recursive: true, force: true });
});

function newHost(): ModelRegistry {
  hosts += 1;
  const store = openSnowflakeModelStore(snowflake.options);
  return openSharedRegistry({ store, cacheDirectory: join(folder, `host-${hosts}`), clock });
}

/** The same model as if it came of other inputs. */
function content(inputs: string) {
  const { artefact, card } = trained;
  const description = { ...artefact.description, inputsHash: inputs.padEnd(64, '0') };
  return { artefact: { ...artefact, description }, card, report: '<!doctype html>' };
}

test('a version that one host registers and promotes serves on another', async () => {
  const [one, other] = [newHost(), newHost()];
  expect(await one.register('shared', content('a'))).toEqual({ version: 'v1', existed: false });
  await one.promote('shared', 'v1', NOTE);
  const loaded = await other.load('shared', 'champion');
  expect(loaded.version).toBe('v1');
  expect(loaded.artefact.weights).toEqual(trained.artefact.weights);
  expect(await other.register('shared', content('a'))).toEqual({ version: 'v1', existed: true });
  expect((await other.list()).map(({ name, version, aliases }) => [name, version, aliases])).toEqual([
    ['shared', 'v1', ['champion']],
  ]);
  await other.register('shared', content('b'));
  await other.promote('shared', 'v2', NOTE);
  const scope = { kind: 'table', name: 'shared' } as const;
  expect((await one.rollback(scope, NOTE)).subject).toEqual({ name: 'shared', version: 'v1' });
  expect((await other.history(scope)).map(({ action, subject }) => [action, subject.version])).toEqual([
    ['promote', 'v1'],
    ['promote', 'v2'],
    ['rollback', 'v1'],
  ]);
  expect((await other.load('shared', 'champion')).version).toBe('v1');
});

test('who serves is read once it has changed, and otherwise asked for by a listing; calls share a sign-in', async () => {
  let now = Date.now();
  const [store, host] = [openSnowflakeModelStore(snowflake.options, () => now), newHost()];
  const { version } = await host.register('watched', content('w'));
  const asked = async () => {
    const before = snowflake.endpoint.statements.length;
    await store.states();
    return snowflake.endpoint.statements.slice(before).map(({ kind }) => kind);
  };
  const signIns = () => snowflake.endpoint.faults.seen.get('login')!;
  expect((await asked()).slice(-2)).toEqual(['list', 'select']);
  const signedIn = signIns();
  // A change may still be on its way after its mark.
  expect(await asked()).toEqual(['list', 'select']);
  now += 11 * 60_000;
  expect(await asked()).toEqual(['list', 'select']);
  expect(await asked()).toEqual(['list']);
  expect(signIns()).toBe(signedIn);
  await host.promote('watched', version, NOTE);
  const states = JSON.stringify([...(await store.states())].filter(([name]) => name.startsWith('scope:')));
  expect(states).toContain('watched');
  now += 11 * 60_000;
  await asked();
  now += 6 * 3600_000 + 1;
  expect(await asked()).toEqual(['list', 'select']);
});

test('hosts that register and promote at the same time lose nothing', async () => {
  const made = await Promise.all(
    ['c', 'd', 'e', 'f'].map(async (inputs) => {
      const host = newHost();
      const { version } = await host.register('busy', content(inputs));
      await host.promote('busy', version, NOTE);
      return version;
    }),
  );
  expect(made.sort()).toEqual(['v1', 'v2', 'v3', 'v4']);
  const host = newHost();
  expect((await host.list()).filter(({ name }) => name === 'busy')).toHaveLength(4);
  const scope = { kind: 'table', name: 'busy' } as const;
  expect(await host.history(scope)).toHaveLength(4);
  for (let rollbacks = 0; rollbacks < 3; rollbacks++) await host.rollback(scope, NOTE);
  await expect(host.rollback(scope, NOTE)).rejects.toThrow(/nothing to roll back to/);
});

test('a champion that the first edition wrote beside the versions is read, until a promotion records it', async () => {
  const [one, other] = [newHost(), newHost()];
  for (const inputs of ['1a', '1b']) await one.register('older', content(inputs));
  const store = openSnowflakeModelStore(snowflake.options);
  const { revision, content: state } = (await store.states()).get('older')!;
  const aliases = { champions: ['v1'], challenger: 'v2', history: [] };
  await store.replaceState('older', revision, JSON.stringify({ ...JSON.parse(state), aliases }));
  expect((await other.load('older', 'champion')).version).toBe('v1');
  expect((await other.load('older', 'challenger')).version).toBe('v2');
  await other.promote('older', 'v2', NOTE);
  expect((await one.load('older', 'champion')).version).toBe('v2');
  expect((await one.register('older', content('1c'))).version).toBe('v3');
  const scope = { kind: 'table', name: 'older' } as const;
  expect((await one.rollback(scope, NOTE)).subject.version).toBe('v1');
});

test.each<Fault>([
  { at: 'query:merge', kind: 'reset-after' },
  { at: 'query:update', kind: 'reset-after', times: 2 },
])('a promotion under %o is recorded once, or can be repeated', async (fault) => {
  const name = `moved-${fault.at.replace(':', '-')}`;
  for (const inputs of ['2a', '2b']) await newHost().register(name, content(inputs));
  if (fault.at === 'query:update') await newHost().promote(name, 'v1', NOTE);
  snowflake.endpoint.faults.plan(fault);
  const promoting = newHost().promote(name, 'v2', NOTE);
  await promoting.catch((error: unknown) => expect(error).toBeInstanceOf(OperationFailed));
  snowflake.endpoint.faults.plan();
  await newHost().promote(name, 'v2', NOTE);
  const scope = { kind: 'table', name } as const;
  const promoted = (await newHost().history(scope)).map(({ subject }) => subject.version);
  expect(promoted).toEqual(fault.at === 'query:update' ? ['v1', 'v2'] : ['v2']);
});

test.each<Fault>([
  { at: 'query:put', kind: 'reset-after' },
  { at: 'upload', kind: 'unavailable', times: 2 },
  { at: 'query:merge', kind: 'reset-after' },
  { at: 'query:update', kind: 'reset-after', times: 9 },
  { at: 'download', kind: 'reset-before' },
])(
  'a registration under %o is whole or not there, and can be repeated',
  async (fault) => {
    const name = `faulty-${fault.at.replace(':', '-')}`;
    await newHost().register(name, content('0'));
    snowflake.endpoint.faults.plan(fault);
    await newHost()
      .register(name, content('1'))
      .catch((error: unknown) => expect(error).toBeInstanceOf(OperationFailed));
    snowflake.endpoint.faults.plan();
    await newHost().register(name, content('1'));
    expect((await newHost().verify(name)).map(({ version, problems }) => [version, problems])).toEqual([
      ['v1', []],
      ['v2', []],
    ]);
  },
  60_000,
);

test('a version that one host removes is gone for all, and its number is not given again', async () => {
  const [one, other] = [newHost(), newHost()];
  for (const inputs of ['3a', '3b', '3c']) await one.register('removed', content(inputs));
  await one.promote('removed', 'v1', NOTE);
  await other.list();
  await expect(other.remove('removed', 'v1')).rejects.toThrow(/is champion of table:removed/);
  const files = () => snowflake.endpoint.storedFiles().filter((file) => file.includes('/removed/')).length;
  const before = files();
  await one.remove('removed', 'v3');
  expect(files()).toBe((before * 2) / 3);
  await expect(other.load('removed', 'v3')).rejects.toThrow(/v3: does not exist/);
  expect((await newHost().list()).filter(({ name }) => name === 'removed')).toHaveLength(2);
  expect(await other.register('removed', content('3c'))).toEqual({ version: 'v4', existed: false });
});

test('damage on the stage is found when the copy is fetched and is never served', async () => {
  const intact = newHost();
  await intact.register('damaged', content('9'));
  await intact.load('damaged', 'v1');
  const session = await SnowflakeSession.open(snowflake.options);
  const key = snowflake.endpoint.storedFiles().find((file) => /\/damaged\/.+weights\.bin$/.test(file))!;
  const stage = key.replace(/^CHURN\.MODELS\//, '').replace(/weights\.bin$/, '');
  writeFileSync(join(folder, 'weights.bin'), 'not what it was');
  await session.execute(
    `put 'file://${join(folder, 'weights.bin')}' @CHURN.MODELS/${stage} auto_compress = false overwrite = true`,
  );
  await session.close();
  await expect(newHost().load('damaged', 'v1')).rejects.toThrow(/weights\.bin.+churn models/);
  expect((await intact.load('damaged', 'v1')).version).toBe('v1');
  const [verified] = await intact.verify('damaged');
  expect(verified!.problems).toHaveLength(1);
});

test('the command shares models between homes', async () => {
  const environment = {
    CHURN_WAREHOUSE: 'snowflake',
    CHURN_MODEL_STORE: 'stage',
    SNOWFLAKE_ACCOUNT: 'test',
    SNOWFLAKE_ACCESS_URL: snowflake.served.accessUrl,
    SNOWFLAKE_USER: USER.name,
    SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE',
    SNOWFLAKE_PASSWORD: USER.password,
    SNOWFLAKE_ROLE: 'CHURN_BATCH',
    SNOWFLAKE_WAREHOUSE: 'CHURN',
    SNOWFLAKE_DATABASE: 'CHURN',
  };
  const run = (home: string, ...args: string[]) => runChurn(join(folder, home), args, environment);
  const table = join(folder, 'table.csv');
  const first = await run(
    'left',
    'train',
    '--table',
    table,
    '--label',
    'churned',
    '--model',
    'logistic',
    '--name',
    'by-command',
  );
  expect(first.status).toBe(0);
  const out = join(folder, 'scores.csv');
  const scored = await run('right', 'score', '--table', table, '--model', 'by-command@v1', '--out', out);
  expect(scored.stderr).toBe('');
  expect(scored.status).toBe(0);
}, 120_000);
