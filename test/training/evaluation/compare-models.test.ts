import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import {
  type ComparedModel,
  compareHeldOut,
  compareOnData,
} from '../../../training/evaluation/compare-models.ts';
import { train } from '../../../training/train.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../../models/made-up-accounts.ts';

const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];
const labelled = madeUpAccounts({ rows: 52 * 60, seed: 1, weeks: 52, targets: TARGETS });
const elsewhere = madeUpAccounts({ rows: 52 * 40, seed: 9, weeks: 52, targets: TARGETS });
const data = { hash: 'snapshot', labelled, championFrame: labelled.frame };
let directory: string;
let candidate: ComparedModel;
let champion: ComparedModel;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'comparing-'));
  const clock = () => new Date('2026-01-05T00:00:00Z');
  const registry = openLocalRegistry({ directory, clock });
  const trained = async (name: string, seed: number): Promise<ComparedModel> => {
    await train({
      labelled,
      featureSet: madeUpFeatureSet,
      scope: { kind: 'tenants' },
      name,
      family: 'logistic',
      seed,
      registry,
      clock,
      snapshotHash: 'snapshot',
    });
    return { loaded: await registry.load(name, 'v1'), heldOut: await registry.heldOut(name, 'v1') };
  };
  candidate = await trained('candidate', 1);
  champion = await trained('champion', 2);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('compareHeldOut', () => {
  it('measures what the cards of both say, on the same rows', () => {
    const comparison = compareHeldOut(candidate, champion)!;
    expect(comparison.rows).toBe(candidate.loaded.card.split.test.rows);
    for (const [index, target] of comparison.targets.entries()) {
      const card = candidate.loaded.card.test[index]!;
      expect([target.target, target.rows, target.churned]).toEqual([card.target, card.rows, card.churned]);
      expect(target.candidate.auc).toBeCloseTo(card.metrics.auc.value!, 12);
      const other = champion.loaded.card.test[index]!.metrics;
      expect(target.champion.log_loss).toBeCloseTo(other.log_loss.value!, 12);
    }
  });

  it('has nothing to say of versions from different data, or without held-out scores', () => {
    const card = { ...champion.loaded.card, data: { ...champion.loaded.card.data, snapshot_hash: 'other' } };
    expect(compareHeldOut(candidate, { ...champion, loaded: { ...champion.loaded, card } })).toBeNull();
    expect(compareHeldOut(candidate, { ...champion, heldOut: null })).toBeNull();
    expect(compareHeldOut({ ...candidate, heldOut: null }, champion)).toBeNull();
  });
});

describe('compareOnData', () => {
  it('lets the champion score the candidate’s test rows, and says how many it may have learnt from', () => {
    const comparison = compareOnData(candidate, { ...champion, heldOut: null }, data, null);
    const { rows } = candidate.loaded.card.split.test;
    expect(comparison.rows).toBe(rows);
    expect(comparison.notes.join()).toMatch(
      /the champion may have learnt from \d+ of the \d+, which flatters/,
    );
    const { metrics } = candidate.loaded.card.test[0]!;
    expect(comparison.targets[0]!.candidate.auc).toBeCloseTo(metrics.auc.value!, 12);
  });

  it('takes one tenant’s rows where the scope is one tenant', () => {
    const all = compareOnData(candidate, champion, data, null);
    const parts = labelled.tenantIds!.levels.map((id) => compareOnData(candidate, champion, data, id));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every(({ rows }) => rows > 0)).toBe(true);
    expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(all.rows);
    // The card counts each tenant's rows whose longest label is known.
    const counted = labelled.tenantIds!.levels.map(
      (id) => candidate.loaded.card.tenants.find(({ tenant_id }) => tenant_id === id)!.rows,
    );
    expect(parts.map(({ targets }) => targets.at(-1)!.rows)).toEqual(counted);
  });

  it('scores rows of other data by both, and says that neither knew them or that either may', () => {
    const other = { hash: 'elsewhere', labelled: elsewhere, championFrame: elsewhere.frame };
    const same = compareOnData(candidate, champion, other, null);
    expect(same.notes).toEqual([expect.stringMatching(/by the weights that serve; either may have learnt/)]);
    const years = 365 * 5;
    const later = {
      ...other,
      labelled: { ...elsewhere, asOfEpochDays: elsewhere.asOfEpochDays!.map((day) => day + years) },
    };
    const unseen = compareOnData(candidate, champion, later, null);
    expect(unseen.notes).toEqual([expect.stringMatching(/neither saw these rows/)]);
    expect(unseen.rows).toBe(elsewhere.frame.rowCount);
  });

  it('finds a version no different from itself', () => {
    const { targets } = compareOnData(candidate, candidate, { ...data, hash: 'again' }, null);
    for (const { difference, verdict } of targets) {
      expect(difference.auc.value).toBe(0);
      expect(verdict).toEqual({ auc: 'undecided', log_loss: 'undecided' });
    }
  });
});
