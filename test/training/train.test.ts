import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelCardSchema } from '../../models/artefact/model-card.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { type TrainingResult, train } from '../../training/train.ts';
import type { TrainingRequest } from '../../training/training-request.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../models/made-up-accounts.ts';
import { weeklyAccounts } from '../models/weekly-accounts.ts';

const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];
const labelled = madeUpAccounts({ rows: 52 * 60, seed: 1, weeks: 52, targets: TARGETS });
let directory: string;
let result: TrainingResult;
const registryHere = () => openLocalRegistry({ directory, clock: () => new Date('2026-01-05T00:00:00Z') });

function request(changes: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    labelled,
    featureSet: madeUpFeatureSet,
    scope: { kind: 'tenants' },
    name: 'tenants',
    family: 'auto',
    seed: 1,
    registry: registryHere(),
    clock: () => new Date('2026-01-05T00:00:00Z'),
    snapshotHash: 'snapshot',
    placement: { standing: 'candidate', by: 'test' },
    ...changes,
  };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'training-'));
  result = await train(request());
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('train', () => {
  it('registers a first version that serves, with a card that reads back', async () => {
    expect(result).toMatchObject({ version: 'v1', existed: false, alias: 'champion' });
    const text = await readFile(join(directory, 'tenants', 'v1', 'card.json'), 'utf8');
    expect(modelCardSchema.parse(JSON.parse(text))).toEqual(result.card);
  });

  it('beats simple baselines, with intervals around every figure', () => {
    const log = (evaluations: typeof result.card.test) => evaluations[0]!.metrics.log_loss.value!;
    for (const baseline of result.card.baselines.filter(({ name }) => name !== 'logistic_regression'))
      expect(log(result.card.test)).toBeLessThan(log(baseline.test));
    expect(result.card.baselines.map(({ name }) => name.split(':')[0])).toEqual([
      'base_rate',
      'single_feature',
      'logistic_regression',
    ]);
    for (const { metrics } of result.card.test)
      for (const { value, low, high } of Object.values(metrics)) {
        expect(low!).toBeLessThanOrEqual(value!);
        expect(high!).toBeGreaterThanOrEqual(value!);
      }
  });

  it('is calibrated on later dates', () => {
    for (const { metrics } of result.card.test) {
      expect(metrics.calibration_slope.value).toBeGreaterThan(0.7);
      expect(metrics.calibration_slope.value).toBeLessThan(1.4);
    }
    expect(result.card.tenants.map(({ tenant_id }) => tenant_id).sort()).toEqual(['north', 'south']);
  });

  it('trained again on the same inputs keeps the version and writes nothing', async () => {
    const again = await train(request());
    expect(again).toEqual({ ...result, existed: true, alias: null });
    expect(await readdir(join(directory, 'tenants'))).toEqual(['v1']);
  });

  it('trained elsewhere gives the same weights', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'training-'));
    const registry = openLocalRegistry({ directory: elsewhere, clock: () => new Date() });
    await train(request({ registry, family: 'logistic' }));
    await train(request({ family: 'logistic' }));
    const weights = (root: string, version: string) =>
      readFile(join(root, 'tenants', version, 'weights.bin'));
    expect(await weights(elsewhere, 'v1')).toEqual(await weights(directory, 'v2'));
    await rm(elsewhere, { recursive: true });
  });

  it('says on the card whether it learned a sequence, and keeps such versions apart', async () => {
    const asked = await train(request({ family: 'logistic', sequence: true }));
    expect(asked.existed).toBe(false);
    expect(asked.card.notes.join()).toContain('no sequence to learn from');
    const { frame } = weeklyAccounts.accounts({ rows: 52 * 60, seed: 1, weeks: 52, targets: TARGETS });
    const weekly = { labelled: { ...labelled, frame }, featureSet: weeklyAccounts.featureSet };
    const learnt = await train(request({ ...weekly, family: 'gam', sequence: true }));
    expect(learnt.card.notes).toContain('gam also learnt features of 8 weekly counts');
    expect(learnt.card.notes.join()).not.toContain('logistic also');
    const { artefact } = await registryHere().load('tenants', learnt.version);
    expect([...artefact.weights[0]!.keys()]).toContain('sequence/weight');
  });

  it('on other inputs becomes the challenger', async () => {
    const other = await train(request({ family: 'logistic', seed: 2 }));
    expect(other).toMatchObject({ existed: false, alias: 'challenger' });
  });

  it('stays within its budget and says so', async () => {
    let calls = 0;
    const { card } = await train(
      // A clock on which every look takes a minute.
      request({
        name: 'hasty',
        budgetSeconds: 60,
        clock: () => new Date(Date.UTC(2026, 0, 5) + 60_000 * calls++),
      }),
    );
    expect(card.members.every(({ epochs }) => epochs === 1)).toBe(true);
    expect(card.notes.join()).toMatch(/stopped early, the time budget was spent/);
  });

  it('refuses one class and leaves nothing behind', async () => {
    const oneClass = { ...labelled, labels: labelled.labels.map((column) => column.map(() => 0)) };
    await expect(train(request({ name: 'none', labelled: oneClass }))).rejects.toThrow(/one class only/);
    expect(await readdir(directory)).not.toContain('none');
  });

  it('writes a self-contained report', async () => {
    const html = await readFile(join(directory, 'tenants', 'v1', 'report.html'), 'utf8');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|src=|href=|NaN|undefined/);
  });
});
