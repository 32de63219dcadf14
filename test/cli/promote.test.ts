import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { train } from '../../training/train.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../models/made-up-accounts.ts';
import { runChurn } from './run-churn.ts';

const promotion = (...args: readonly string[]) => ['models', 'promote', ...args, '--reason', 'test'];

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
    placement: { standing: 'candidate', by: 'test' },
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
    heldOut: (await registry.heldOut('shop', 'v1'))!,
  });
}, 60_000);

afterAll(() => rm(home, { recursive: true, force: true }));

test('a version with wrong probabilities is not promoted: exit 3, one sentence, the champion stays', async () => {
  const { status, stderr } = await runChurn(home, promotion('shop@v2'));
  expect(status).toBe(3);
  expect(stderr).toMatch(
    /^churn: shop@v2: is not reliable on its test rows: churned_30d is off by 22\.0 % on average/,
  );
  expect((await runChurn(home, ['models', 'list'])).stdout).toMatch(/shop@v1 .*champion/);
});

test('it can be the challenger, and can be promoted by force', async () => {
  expect((await runChurn(home, promotion('shop@v2', 'challenger'))).status).toBe(0);
  const forced = await runChurn(home, promotion('shop@v2', '--force'));
  expect(forced).toMatchObject({ status: 0, stdout: expect.stringMatching(/shop@v2 is champion/) });
  expect(forced.stderr).toMatch(/is off by 22\.0 %/);
});

test('a reliable version is promoted without a warning', async () => {
  expect(await runChurn(home, promotion('shop@v1'))).toMatchObject({ status: 0, stderr: '' });
});

test('a clearly worse version is refused: exit 3, by how much with the interval, both figures printed', async () => {
  const clock = (): Date => new Date();
  const registry = openLocalRegistry({ directory: join(home, 'models'), clock });
  const { artefact, card } = await registry.load('shop', 'v1');
  const heldOut = (await registry.heldOut('shop', 'v1'))!;
  const random = createRandom(1);
  // The same forecasts with so much noise that they are a worse model's.
  const noisy = heldOut.probabilities.map((column) =>
    column.map((p) => 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + 6 * (random.next() - 0.5))))),
  );
  const description = { ...artefact.description, inputsHash: 'f'.repeat(64) };
  await registry.register('shop', {
    artefact: { ...artefact, description },
    card,
    report: '',
    heldOut: { ...heldOut, probabilities: noisy },
  });
  const { status, stdout, stderr } = await runChurn(home, promotion('shop@v3'));
  expect([status, stderr]).toEqual([
    3,
    expect.stringMatching(
      /^churn: shop@v3: is clearly worse than the champion shop@v1 on the same rows: churned_\d\dd AUC −0\.\d+ \(−0\.\d+ to −0\.\d+\) and log-loss \+.+--force\n$/,
    ),
  ]);
  expect(stdout).toMatch(/shop@v3 against the champion shop@v1 on the same \d+ rows of \d+ accounts/);
  expect(stdout).toMatch(/both were scored by weights that never saw these rows/);
  expect((await runChurn(home, ['models', 'list'])).stdout).toMatch(/shop@v1 .*champion/);

  const forced = await runChurn(home, promotion('shop@v3', '--force', '--json'));
  expect([forced.status, forced.stderr]).toEqual([0, expect.stringMatching(/clearly worse/)]);
  expect(JSON.parse(forced.stdout)).toMatchObject({ changed: true, forced: true });
  const history = await runChurn(home, ['models', 'history', '--scope', 'table:shop', '--json']);
  const { comparison, ...change } = JSON.parse(history.stdout).at(-1);
  expect(change).toMatchObject({ forced: true, reason: 'test', previous: { name: 'shop', version: 'v1' } });
  expect(comparison.targets.at(-1).verdict.auc).toBe('worse');
  expect((await runChurn(home, promotion('shop@v1'))).stdout).toMatch(/verdict +better +better/);
});
