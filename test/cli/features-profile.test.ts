import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runChurn } from './run-churn.ts';

/** `churn features profile` on any table; on a snapshot see the main job. */

let folder: string;
let table: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'churn-profile-'));
  table = join(folder, 'customers.csv');
  const rows = Array.from(
    { length: 40 },
    (_, row) =>
      `c${row},${row % 4 === 0 ? '' : row},${row % 3 === 0 ? 'free' : 'team'},${row % 2 === 0},2026-01-01,7`,
  );
  writeFileSync(table, `customer,TotalCharges,plan,is_new,joined,constant\n${rows.join('\n')}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('profiles a table without declarations', async () => {
  const { status, stdout, stderr } = await runChurn(join(folder, 'home'), [
    'features',
    'profile',
    '--table',
    table,
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/customers\.csv: 40 rows; 5 features/);
  expect(stdout).toMatch(/^TotalCharges +25\.0 % +20 /m);
  expect(stdout).toMatch(/^is_new +0\.0 % +0\.5 /m);
  expect(stdout).toMatch(/^plan {2}2 levels, 0\.0 % missing\n {2}team 65\.0 %, free 35\.0 %$/m);
  expect(stdout).toMatch(/^one value only: constant$/m);
  expect(stderr).toMatch(/joined is left out/);
  expect(readdirSync(folder)).toEqual(['customers.csv']);
});

test('--json prints one document', async () => {
  const { stdout } = await runChurn(join(folder, 'home'), [
    'features',
    'profile',
    '--table',
    table,
    '--json',
  ]);
  const { source, rows, features } = JSON.parse(stdout);
  expect([source, rows]).toEqual([table, 40]);
  expect(features).toContainEqual(
    expect.objectContaining({
      feature: 'TotalCharges',
      type: 'number',
      rows: 40,
      missing: 10,
      min: 1,
      max: 39,
    }),
  );
});

test.each([
  [['--table', 'absent.csv'], /absent\.csv/],
  [['--snapshot', 'nowhere'], /nowhere.+churn features extract/],
  [['--table', 'a.csv', '--scope', 'operator'], /cannot be used with/],
  [['--table', 'a.csv', '--snapshot', 'nowhere'], /cannot be used with/],
])('%j exits with 2 and one sentence', async (args, message) => {
  const { status, stderr, stdout } = await runChurn(join(folder, 'home'), ['features', 'profile', ...args]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});
