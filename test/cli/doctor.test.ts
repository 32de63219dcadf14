import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkChampions } from '../../cli/doctor/check-champions.ts';
import { checkHome } from '../../cli/doctor/check-home.ts';
import { checkMemory } from '../../cli/doctor/check-memory.ts';
import { checkNode } from '../../cli/doctor/check-node.ts';
import { checkWarehouse } from '../../cli/doctor/check-warehouse.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { promoteSmallModel } from '../serving/small-model.ts';
import { runChurn } from './run-churn.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'churn-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('churn doctor', () => {
  test('finds a new checkout healthy, says what runs and how fast, and leaves nothing behind', async () => {
    const home = join(folder, 'new');
    const { status, stdout } = await runChurn(home, ['doctor', '--json']);
    expect(status).toBe(0);
    const { well, findings } = JSON.parse(stdout);
    expect(well).toBe(true);
    expect(findings.map(({ check }: { check: string }) => check)).toEqual([
      'node',
      'memory',
      'backend',
      'home',
      'warehouse',
      'champions',
    ]);
    const { details } = findings[2];
    expect(['wasm', 'tensorflow']).toContain(details.backend);
    expect(details.backend === 'wasm').toBe(typeof details.native_refusal === 'string');
    expect(details.training_rows_per_second).toBeGreaterThan(100);
    expect(existsSync(home)).toBe(false);
  });

  test('exits with 1 when something is broken and says what', async () => {
    const home = join(folder, 'a-file');
    writeFileSync(home, '');
    const { status, stdout } = await runChurn(home, ['doctor']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ home .+a-file is a file; set CHURN_HOME to a folder/);
    expect(stdout).toMatch(/✓ node/);
  });
});

test.each([
  ['20.19.0', 'good'],
  ['26.1.0', 'good'],
  ['20.18.9', 'broken'],
  ['18.20.0', 'broken'],
])('Node %s is %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});

test.each([
  ['1500MB', 24e9, 'good', /holds up to 1500MB of 24000 MB \(by default; CHURN_MEMORY_LIMIT sets it\)/],
  ['1000MB', 2e9, 'good', /by default/],
  ['6GB', 24e9, 'good', /by CHURN_MEMORY_LIMIT/],
  ['6GB', 4e9, 'attention', /6GB where there are 4000 MB; set CHURN_MEMORY_LIMIT lower/],
])('a memory limit of %s on %d bytes is %s', (limit, machineBytes, state, says) => {
  const finding = checkMemory(limit, machineBytes);
  expect(finding.state).toBe(state);
  expect(finding.says).toMatch(says);
});

describe('checkHome', () => {
  // Root may write anywhere.
  test.skipIf(process.getuid?.() === 0)('finds a folder that cannot be written', async () => {
    const home = join(folder, 'read-only');
    mkdirSync(home);
    chmodSync(home, 0o500);
    expect(await checkHome(home)).toMatchObject({ state: 'broken', details: { writable: false } });
  });

  test('finds a home that cannot be created', async () => {
    expect(await checkHome('/proc/churn-home')).toMatchObject({
      state: 'broken',
      details: { exists: false },
    });
  });
});

describe('checkWarehouse', () => {
  const within = (warehouseFile: string) => ({
    warehouseFile,
    publishedDirectory: join(folder, 'published'),
  });

  test('says which command comes next', async () => {
    const file = join(folder, 'empty.duckdb');
    await (await openDuckDbWarehouse({ file })).close();
    expect((await checkWarehouse(within(file))).says).toMatch(/is empty; next is churn import$/);
  });

  test('refuses a file that is not a warehouse', async () => {
    const file = join(folder, 'text.duckdb');
    writeFileSync(file, 'this is text, not a database '.repeat(1000));
    expect(await checkWarehouse(within(file))).toMatchObject({
      state: 'broken',
      details: { exists: true },
      says: expect.stringContaining('restore it with `churn restore'),
    });
  });

  test('tells a lost warehouse from one that was never there', async () => {
    const lost = within(join(folder, 'lost.duckdb'));
    expect(await checkWarehouse(lost)).toMatchObject({ state: 'attention' });
    mkdirSync(lost.publishedDirectory);
    writeFileSync(join(lost.publishedDirectory, 'current.json'), '{}');
    const found = await checkWarehouse(lost);
    expect(found.state).toBe('broken');
    expect(found.says).toMatch(/the warehouse is gone, and nights were published from it; restore it with/);
  });
});

describe('checkChampions', () => {
  let registry: ModelRegistry;
  const directory = () => join(folder, 'models');
  beforeAll(async () => {
    registry = openLocalRegistry({ directory: directory(), clock: () => new Date() });
    await promoteSmallModel(registry, { name: 'tenants' });
    await promoteSmallModel(registry, { name: 'own', scope: { kind: 'tenant', tenantId: 'acme' }, seed: 2 });
  });

  test('names who serves whom', async () => {
    expect(await checkChampions(registry)).toMatchObject({
      state: 'good',
      says: 'own@v1 for tenant:acme, tenants@v1 for tenants',
      details: {
        champions: [
          { scope: 'tenant:acme', name: 'own' },
          { scope: 'tenants', version: 'v1' },
        ],
      },
    });
  });

  test('reports a damaged one with its scope, and the others all the same', async () => {
    rmSync(join(directory(), 'own', 'v1'), { recursive: true });
    const finding = await checkChampions(registry);
    expect(finding).toMatchObject({
      state: 'broken',
      says: expect.stringMatching(
        /^champion of tenant:acme: own@v1 cannot serve .+rollback --scope tenant:acme/,
      ),
    });
    expect(finding.details.champions).toContainEqual(
      expect.objectContaining({ scope: 'tenants', problem: null }),
    );
  });

  test('says what a home of the first edition leaves open', async () => {
    const older = join(folder, 'first-edition');
    const first = openLocalRegistry({ directory: older, clock: () => new Date() });
    await promoteSmallModel(first, { name: 'tenants' });
    rmSync(join(older, '.champions'), { recursive: true });
    writeFileSync(
      join(older, 'tenants', 'aliases.json'),
      '{"champions":["v1"],"challenger":null,"history":[]}',
    );
    expect(await checkChampions(first)).toMatchObject({
      state: 'attention',
      says: expect.stringMatching(/tenants@v1 is assumed/),
    });
  });
});
