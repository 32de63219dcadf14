import { beforeAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../../features/contract/failure.ts';
import type { FeatureColumn, FeatureFrame } from '../../../features/contract/feature-frame.ts';
import { takeRows } from '../../../features/contract/feature-frame.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import { tellDriver } from '../../../models/scoring/drivers/tell-driver.ts';
import { createScoringModel } from '../../../models/scoring/score.ts';
import type { ScoringModel } from '../../../models/scoring/scoring-model.ts';
import { startBackend } from '../../../training/backends/backend.ts';
import { artefactOf } from '../families/family-checks.ts';
import { fitMadeUp } from '../fit-made-up.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../made-up-accounts.ts';

const labelled = madeUpAccounts({
  rows: 1_000,
  seed: 2,
  targets: ['churned_30d', 'churned_60d', 'churned_90d'],
});
let model: ScoringModel;

beforeAll(async () => {
  const member = fitMadeUp(await startBackend(), 'tabm', labelled, { epochs: 5 });
  model = createScoringModel(artefactOf(member), { name: 'made_up', version: 'v1' });
});

function withColumn(name: string, column: FeatureColumn): FeatureFrame {
  return { ...labelled.frame, columns: new Map([...labelled.frame.columns, [name, column]]) };
}

describe('score', () => {
  it('refuses a frame that lacks a feature, naming it', () => {
    const columns = new Map(labelled.frame.columns);
    columns.delete('csat');
    const lacking = { rowCount: labelled.frame.rowCount, columns };
    expect(() => model.score(lacking, { driversPerRow: 0 })).toThrow(BadInput);
    expect(() => model.score(lacking, { driversPerRow: 0 })).toThrow(
      /column csat: is missing, the model was trained on another feature set/,
    );
  });

  it('ignores columns that it does not know', () => {
    const extra = withColumn('extra', { kind: 'number', values: new Float64Array(labelled.frame.rowCount) });
    expect(model.score(extra, { driversPerRow: 0 }).probabilities).toEqual(
      model.score(labelled.frame, { driversPerRow: 0 }).probabilities,
    );
  });

  it('scores unseen levels, missing and infinite values', () => {
    const rowCount = 4;
    const columns = new Map<string, FeatureColumn>();
    for (const { name, type } of madeUpFeatureSet.features)
      columns.set(
        name,
        type === 'category'
          ? { kind: 'category', codes: Int32Array.of(0, -1, 0, -1), levels: ['unheard of'] }
          : {
              kind: 'number',
              values: Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308),
            },
      );
    const scored = model.score({ rowCount, columns }, { driversPerRow: 5 });
    for (const column of scored.probabilities) expect(column.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it('takes a frame without rows', () => {
    const none = takeRows(labelled.frame, new Int32Array(0));
    expect(model.score(none, { driversPerRow: 5 })).toMatchObject({ rowCount: 0, bands: [], drivers: [] });
  });

  it('gives one driver per theme, strongest first', () => {
    const { drivers } = model.score(labelled.frame, { driversPerRow: 5 });
    for (const row of drivers) {
      const themes = row.map(({ theme }) => theme);
      expect(new Set(themes).size).toBe(themes.length);
      const strengths = row.map(({ contribution }) => Math.abs(contribution));
      expect(strengths).toEqual([...strengths].sort((left, right) => right - left));
    }
  });

  it('tells a driver by a feature that pushes its way, and names each feature once', () => {
    const { drivers } = model.score(labelled.frame, { driversPerRow: 5 });
    for (const { theme, contribution, columns } of drivers.flat()) {
      expect(columns[0].contribution * contribution).toBeGreaterThan(0);
      const named = columns.map(({ feature }) => feature);
      expect(new Set(named).size).toBe(named.length);
      for (const feature of named) expect(feature.startsWith(theme)).toBe(true);
    }
  });

  it('gives a row the same bits alone and among others, with and without drivers', () => {
    const then = takeRows(
      labelled.frame,
      Int32Array.from({ length: 1_000 }, (_, row) => 999 - row),
    );
    const rowOf = Int32Array.from({ length: 1_000 }, (_, row) => (row % 3 === 0 ? -1 : row));
    const all = model.score(labelled.frame, { driversPerRow: 5, previous: { frame: then, rowOf } });
    const withoutDrivers = model.score(labelled.frame, { driversPerRow: 0 });
    expect(withoutDrivers.probabilities).toEqual(all.probabilities);
    for (const row of [0, 1, 255, 256, 700, 999]) {
      const alone = model.score(takeRows(labelled.frame, Int32Array.of(row)), {
        driversPerRow: 5,
        previous: { frame: then, rowOf: rowOf.slice(row, row + 1) },
      });
      expect(alone.probabilities.map(([value]) => value)).toEqual(
        all.probabilities.map((column) => column[row]),
      );
      expect(alone.drivers[0]).toEqual(all.drivers[row]);
      expect(alone.changeDrivers[0]).toEqual(all.changeDrivers[row]);
    }
  });

  it('gives change drivers since the previous as-of date, and none for rows without one', () => {
    const now = takeRows(labelled.frame, Int32Array.of(0, 1, 2));
    const fewer = withColumn('active_days_28d', {
      kind: 'number',
      values: new Float64Array(labelled.frame.rowCount),
    });
    const quiet = takeRows(fewer, Int32Array.of(0, 1, 2));
    const scored = model.score(quiet, {
      driversPerRow: 5,
      previous: { frame: now, rowOf: Int32Array.of(0, -1, 2) },
    });
    const before = model.score(now, { driversPerRow: 0 }).probabilities[2]!;
    expect([...scored.previousProbability]).toEqual([before[0], Number.NaN, before[2]]);
    expect(scored.changeDrivers[1]).toEqual([]);
    const [moved, ...others] = scored.changeDrivers[0]!;
    const { sentence } = tellDriver(moved!, vocabularyOf(madeUpFeatureSet), 'change');
    expect(sentence).toMatch(/^Active days in the last 28 days fell from \d+ to 0\.$/);
    // Nothing else moved, so nothing else is named.
    expect(others).toEqual([]);
    expect(moved!.columns.map(({ feature }) => feature)).toEqual(['active_days_28d']);
  });

  it('says where the drivers start: at one account for all, from which all themes lead to the score', () => {
    const { drivers, probabilities, typicalLogOdds } = model.score(labelled.frame, { driversPerRow: 100 });
    const start = typicalLogOdds[0]!;
    drivers.forEach((row, at) => {
      expect(Math.abs(typicalLogOdds[at]! - start)).toBeLessThan(0.01);
      const sum = row.reduce((total, { contribution }) => total + contribution, typicalLogOdds[at]!);
      const probability = probabilities[2]![at]!;
      // Themes below 0.01 are not told.
      expect(Math.abs(sum - Math.log(probability / (1 - probability)))).toBeLessThan(
        0.01 * madeUpFeatureSet.features.length,
      );
    });
    expect(model.score(labelled.frame, { driversPerRow: 0 }).typicalLogOdds[0]).toBeNaN();
  });

  it('bands rise with the probability of the longest horizon', () => {
    const { bands, probabilities } = model.score(labelled.frame, { driversPerRow: 0 });
    const lowest = (band: string) =>
      Math.min(...[...probabilities[2]!].filter((_, row) => bands[row] === band));
    expect(lowest('low')).toBeLessThan(lowest('medium'));
    expect(lowest('medium')).toBeLessThan(lowest('high'));
  });
});
