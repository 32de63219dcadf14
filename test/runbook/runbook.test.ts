import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localSecret } from '../../cli/context/local-secret.ts';
import { type AsOfDate, addDays, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { loadSimulation } from '../../features/ingest/simulator/load-simulation.ts';
import { DEMO_WORLD, simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { EmbeddedWarehouse } from '../../features/warehouse/warehouse.ts';
import { readRiskList } from '../../serving/risk-list/read-risk-list.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { vocabularies } from '../../serving/scores-mart/feature-words.ts';
import { nightSteps } from '../../serving/scores-mart/night-steps.ts';
import { runChurn } from '../cli/run-churn.ts';
import { rowsOf } from '../serving/small-marts.ts';

/** The commands of docs/runbook.md, in its order, each after the trouble that it is for. */

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'cli/churn.mjs');
const folder = mkdtempSync(join(tmpdir(), 'churn-runbook-'));
const home = join(folder, 'home');
const backups = join(folder, 'backups');
const sections = sectionsOf(readFileSync(join(root, 'docs/runbook.md'), 'utf8'));
let tenantId: TenantId;
let accountId: string;
let lastDay: AsOfDate;

beforeAll(async () => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(backups);
  writeFileSync(join(folder, 'bin/churn'), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(join(folder, 'bin/churn'), 0o755);
  await opened(home, (warehouse) =>
    loadSimulation(warehouse, simulatePlatform({ ...DEMO_WORLD, tenants: 20, months: 10 }), () => new Date()),
  );
  await succeed('features', 'build');
  for (const scope of ['operator', 'tenants'])
    await succeed('train', '--model', 'logistic', '--scope', scope);
  await succeed('nightly');
  const scores = await scoresOf(home);
  lastDay = fromEpochDay(Math.max(...scores.map(({ as_of_date }) => Number(as_of_date))));
  const current = scores.filter((row) => fromEpochDay(Number(row.as_of_date)) === lastDay);
  const one = current.find((row) => row.tenant_id !== 'platform')!;
  tenantId = tenantIdSchema.parse(one.tenant_id);
  accountId = String(one.account_id);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every section with commands is run here', () => {
  expect(sections.map(({ title }) => title)).toEqual([
    'Every day',
    'A late night',
    'A night with wrong scores',
    'A killed night, or a host that went down',
    'A refused tenant',
    'A bad model',
    'Days without scores',
    'A lost or damaged warehouse',
    'A full disk',
    'A rotated key',
    'An erased account',
  ]);
});

test('a back-up, restored elsewhere, has the same risk lists and scores to the byte', async () => {
  await follow('Every day');
  const tried = join(backups, 'tried');
  expect(await riskLists(tried)).toBe(await riskLists(home));
  expect(JSON.stringify(await scoresOf(tried))).toBe(JSON.stringify(await scoresOf(home)));
  expect((await riskLists(home)).length).toBeGreaterThan(1000);
}, 300_000);

test('a late night is run again', async () => {
  expect(await follow('A late night')).toMatch(/night of \d{4}-\d\d-\d\d: (\d+) of \1 tenants landed by/);
}, 300_000);

test('a night is taken back, and given back', async () => {
  const before = await riskLists(home);
  await follow('A night with wrong scores');
  expect(await riskLists(home)).toBe(before);
}, 300_000);

test('after a kill the next night does the rest', async () => {
  const child = spawn(process.execPath, [entry, 'nightly'], { env: environment(), stdio: 'ignore' });
  const gone = once(child, 'exit');
  const isAtWork = async () =>
    existsSync(join(home, 'warehouse.duckdb.wal')) || child.exitCode !== null || child.signalCode !== null;
  while (!(await isAtWork())) await sleep(50);
  child.kill('SIGKILL');
  await gone;
  await follow('A killed night, or a host that went down');
  const steps = await opened(home, (warehouse) => rowsOf(warehouse, nightSteps, ['status']));
  expect(steps.filter(({ status }) => status === 'running')).toEqual([]);
}, 300_000);

test('a tenant gets a limit of its own', async () => {
  expect(await follow('A refused tenant')).toMatch(/1 of 1 rows are new in raw.build_thresholds/);
}, 300_000);

test('a damaged champion gives way to the one before it', async () => {
  await succeed('train', '--model', 'logistic', '--seed', '2');
  const promotion = ['--force', '--reason', 'to have two'];
  await succeed('models', 'promote', 'churn-tenants@v2', ...promotion);
  damage(join(home, 'models/churn-tenants/v2/weights.bin'), 10);
  const stopped = await runChurn(home, ['nightly']);
  expect([stopped.status, stopped.stdout]).toEqual([1, expect.stringContaining('missing:')]);
  const said = await follow('A bad model');
  expect(said).toMatch(/churn-tenants@?\s?v2.*weights.bin/);
  expect(said).toMatch(/: (\d+) of \1 tenants landed/);
}, 300_000);

test('days are filled in', async () => {
  await follow('Days without scores');
  const days = new Set((await scoresOf(home)).map(({ as_of_date }) => fromEpochDay(Number(as_of_date))));
  expect([...days]).toEqual(expect.arrayContaining([addDays(lastDay, -3), addDays(lastDay, -2)]));
}, 300_000);

test('a damaged warehouse is restored', async () => {
  damage(join(home, 'warehouse.duckdb'), 4096, 100_000);
  for (const command of ['score', 'nightly']) {
    const { status, stderr } = await runChurn(home, [command]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/damaged .*; restore it with `churn restore/),
    ]);
  }
  await follow('A lost or damaged warehouse');
  expect(readdirSync(home).filter((name) => name.startsWith('replaced-'))).toHaveLength(1);
}, 300_000);

test('a full disk is cleared', async () => {
  const script = `trap '' XFSZ; ulimit -f 300; exec churn nightly`;
  const full = spawnSync('bash', ['-c', script], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  expect(full.status).toBe(1);
  expect(`${full.stdout}${full.stderr}`).toMatch(/the disk is full, .*; free some space/);
  expect(String(full.stderr)).not.toMatch(/unexpected/);
  expect(await follow('A full disk')).toMatch(/: (\d+) of \1 tenants landed/);
}, 300_000);

test('the secret for tokens is made anew', async () => {
  const before = localSecret(home);
  await follow('A rotated key');
  expect(localSecret(home)).not.toBe(before);
}, 60_000);

test('an erased account is in no score and in no back-up', async () => {
  const holds = async (of: string) =>
    (await scoresOf(of)).some((row) => row.tenant_id === tenantId && row.account_id === accountId);
  expect(await holds(home)).toBe(true);
  await follow('An erased account');
  expect(await holds(home)).toBe(false);
  expect(await holds(join(backups, 'today'))).toBe(false);
}, 300_000);

/** Runs a section's commands as a person would, one after the other; the first that fails ends it. */
async function follow(title: string): Promise<string> {
  const commands = sections.find((section) => section.title === title)!.commands;
  const shell = spawn('bash', ['-e', '-c', commands], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [status] = await once(shell, 'close');
  expect(status, `${title}: ${said}`).toBe(0);
  return said;
}

function environment(): Record<string, string> {
  return {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    CHURN_HOME: home,
    NO_COLOR: '1',
    BACKUPS: backups,
    TENANT: tenantId,
    ACCOUNT: accountId,
    FROM: addDays(lastDay, -3),
    TO: addDays(lastDay, -2),
  };
}

function sectionsOf(page: string): { readonly title: string; readonly commands: string }[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      title: text.slice(0, text.indexOf('\n')),
      commands: Array.from(text.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block]) => block).join(''),
    }))
    .filter(({ commands }) => commands !== '');
}

async function succeed(...args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runChurn(home, args);
  expect(status, `churn ${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
}

async function opened<Result>(
  of: string,
  use: (warehouse: EmbeddedWarehouse) => Promise<Result>,
): Promise<Result> {
  const warehouse = await openDuckDbWarehouse({ file: join(of, 'warehouse.duckdb') });
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}

const scoresOf = (of: string) => opened(of, (warehouse) => rowsOf(warehouse, accountChurnScores));

async function riskLists(of: string): Promise<string> {
  return opened(of, async (warehouse) => {
    const tenants = new Set(
      (await rowsOf(warehouse, accountChurnScores, ['tenant_id'])).map((row) => row.tenant_id),
    );
    const lists = [];
    for (const id of [...tenants].sort())
      lists.push(
        await readRiskList(tenantReader(warehouse, tenantIdSchema.parse(id)), vocabularies(warehouse), 50),
      );
    return JSON.stringify(lists);
  });
}

/** Overwrites bytes of a file in their place. */
function damage(file: string, from: number, bytes = 4): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
}
