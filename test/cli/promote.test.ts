import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { train } from '../../training/train.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../models/made-up-accounts.ts';
import { runChurn } from './run-churn.ts';

let home: string;

// v1 is sound; v2 is the same model with a card whose test went wrong.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'promote-'));
  const clock = (): Date => new Date();
  const registry = openLocalRegistry({ directory: join(home, 'models'), clock });
  await train({
    labelled: madeUpAccounts({ rows: 1_500, seed: 1 }),
    featureSet: madeUpFeatureSet,
    scope: { kind: 'table' },
    name: 'shop',
    family: 'logistic',
    seed: 1,
    registry,
    clock,
    snapshotHash: 'made up',
  });
  const { artefact, card } = await registry.load('shop', 'v1');
  const description = { ...artefact.description, inputsHash: 'e'.repeat(64) };
  const [evaluation] = card.test;
  const metrics = { ...evaluation!.metrics, ece: { value: 0.22, low: 0.2, high: 0.24 } };
  await registry.register('shop', {
    artefact: { ...artefact, description },
    card: { ...card, test: [{ ...evaluation!, metrics }] },
    report: '',
  });
}, 60_000);

afterAll(() => rm(home, { recursive: true, force: true }));

test('a version with wrong probabilities is not promoted: exit 3, one sentence, the champion stays', async () => {
  const { status, stderr } = await runChurn(home, ['models', 'promote', 'shop@v2']);
  expect(status).toBe(3);
  expect(stderr).toMatch(
    /^churn: shop@v2: is not reliable on its test rows: churned_30d is off by 22\.0 % on average/,
  );
  expect((await runChurn(home, ['models', 'list'])).stdout).toMatch(/shop@v1 .*champion/);
});

test('it can be the challenger, and can be promoted by force', async () => {
  expect((await runChurn(home, ['models', 'promote', 'shop@v2', 'challenger'])).status).toBe(0);
  const forced = await runChurn(home, ['models', 'promote', 'shop@v2', '--force']);
  expect(forced).toMatchObject({ status: 0, stdout: expect.stringMatching(/shop@v2 is champion/) });
  expect(forced.stderr).toMatch(/is off by 22\.0 %/);
});

test('a reliable version is promoted without a warning', async () => {
  expect(await runChurn(home, ['models', 'promote', 'shop@v1'])).toMatchObject({ status: 0, stderr: '' });
});
