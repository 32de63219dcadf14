import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { reproduceScore } from '../../../serving/reproduce/reproduce-score.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { readRevisions } from '../../../serving/scores-mart/read-revisions.ts';
import { scoredFeatures } from '../../../serving/scores-mart/scored-features.ts';
import { bothWarehouses } from '../both-warehouses.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { accountId, day, only, rowsOf, type SmallMarts, tenant, writeSmallMarts } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MARTS: SmallMarts = {
  tenants: { acme: 40, globex: 3 },
  asOfDates: ['2026-11-09', '2026-11-16'],
  // Values without a short form, and missing ones.
  features: (_id, index) => ({ open_tickets: index === 7 ? null : index / 7 }),
};
const folder = temporaryFolder();
let homes = 0;

describe.each(bothWarehouses())('reproducing on %s', (_name, open) => {
  let minute = 0;
  const clock = () => new Date(Date.UTC(2026, 10, 17, 2, minute++));

  async function home() {
    const warehouse = await open();
    const directory = join(await folder.path(), `models-${homes++}`);
    const registry = openLocalRegistry({ directory, clock });
    const version = await promoteSmallModel(registry);
    const { model } = await registry.load('small', version);
    const night = (runId: string) =>
      scoreNight({
        warehouse,
        registry: { championFor: async ({ kind }) => (kind === 'tenants' ? model : null) },
        featureSet: smallFeatureSet,
        clock,
        runId,
        log: () => {},
      });
    const reproduce = (index: number, more: { asOf?: string; revision?: number; id?: string } = {}) =>
      reproduceScore(warehouse, {
        tenantId: tenant(more.id ?? 'acme'),
        accountId: accountId(index),
        asOf: day(more.asOf ?? '2026-11-16'),
        revision: more.revision,
        loadModel: async (name, wanted) => (await registry.load(name, wanted)).model,
      });
    return { warehouse, registry, version, night, reproduce };
  }
  /** Late data: other features for one account, which replace those that the mart had. */
  const lateData = (warehouse: Warehouse) =>
    writeSmallMarts(warehouse, {
      ...MARTS,
      features: (id, index, asOf) =>
        id === 'acme' && index === 3
          ? { active_days_28d: 1, open_tickets: 2.5 }
          : MARTS.features!(id, index, asOf),
    });

  it('gives every score to the same bits, of every revision, after late data replaced the features', async () => {
    const { warehouse, night, reproduce } = await home();
    await writeSmallMarts(warehouse, MARTS);
    await night('first');
    for (let index = 0; index < 40; index += 3) {
      const { isEqual, values, inputsFrom } = await reproduce(index);
      expect([isEqual, inputsFrom]).toEqual([true, 'scored_features']);
      expect(values.map(({ name }) => name)).toEqual([
        'churn_probability_30d',
        'churn_probability_60d',
        'churn_probability_90d',
        'risk_band',
        'drivers',
      ]);
    }
    const kept = await rowsOf(warehouse, scoredFeatures);
    expect(kept).toHaveLength(43);

    await lateData(warehouse);
    const second = await night('second');
    expect(second.rowsWritten).toMatchObject({ revised: 1 });
    // What is new is kept, and only that.
    expect(await rowsOf(warehouse, scoredFeatures)).toHaveLength(44);
    expect(await rowsOf(warehouse, scoredFeatures)).toEqual(expect.arrayContaining(kept));
    const [first, last] = [await reproduce(3, { revision: 1 }), await reproduce(3)];
    expect([first.isEqual, first.score.revision, last.isEqual, last.score.revision]).toEqual([
      true,
      1,
      true,
      2,
    ]);
    expect(first.values[2]!.kept).not.toBe(last.values[2]!.kept);
    await night('third');
    expect(await rowsOf(warehouse, scoredFeatures)).toHaveLength(44);
  });

  it('says what differs where the mart was tampered with', async () => {
    const { warehouse, night, reproduce } = await home();
    await writeSmallMarts(warehouse, MARTS);
    await night('first');
    const date = { asOf: day('2026-11-16'), modelName: 'small', modelVersion: 'v1' };
    const [batch] = await readRevisions(
      tenantReader(warehouse, tenant('acme')),
      date,
      new Map([[accountId(5), 1]]),
      { churn_probability_60d: 0.123, risk_band: 'low' },
    );
    await warehouse.write([{ mode: 'merge', table: accountChurnScores, rows: only(batch!) }]);
    const { isEqual, values } = await reproduce(5);
    expect(isEqual).toBe(false);
    expect(values.find(({ name }) => name === 'churn_probability_60d')).toMatchObject({
      kept: 0.123,
      isEqual: false,
    });
    expect(values.find(({ name }) => name === 'churn_probability_90d')!.isEqual).toBe(true);
  });

  it('says in a sentence what is missing: score, revision, inputs or version', async () => {
    const { warehouse, registry, night, reproduce } = await home();
    await expect(reproduce(0)).rejects.toThrow(
      /account a00000 of tenant acme at 2026-11-16: no score of this account/,
    );
    await writeSmallMarts(warehouse, MARTS);
    await night('first');
    await expect(reproduce(0, { asOf: '2026-11-09' })).rejects.toThrow(
      /no score of that day; its days are 2026-11-16/,
    );
    await expect(reproduce(0, { revision: 4 })).rejects.toThrow(
      /there is no revision 4; its revisions are 1/,
    );
    // Another tenant's account of the same id is another account.
    await expect(reproduce(20, { id: 'globex' })).rejects.toThrow(
      /tenant globex .* no score of this account/,
    );

    // A night of an earlier version kept nothing: the mart still has the features, until late data replaces them.
    const owner = { tenantId: tenant('acme'), accountId: accountId(3) };
    await warehouse.deleteRowsOf(owner, [scoredFeatures.relation]);
    expect(await reproduce(3)).toMatchObject({ isEqual: true, inputsFrom: 'account_features' });
    await lateData(warehouse);
    await expect(reproduce(3)).rejects.toThrow(/its inputs are no longer there: they were not kept/);

    await registry.register('other', { ...(await registry.load('small', 'v1')), report: '' });
    const gone = reproduceScore(warehouse, {
      tenantId: tenant('acme'),
      accountId: accountId(4),
      asOf: day('2026-11-16'),
      loadModel: async (_name, version) => (await registry.load('other', version.replace('1', '9'))).model,
    });
    await expect(gone).rejects.toThrow(
      /it was scored by small@v1, which cannot be loaded \(.*other@v9.*does not exist/,
    );
    // Erased, nothing of it is left to be computed again.
    await warehouse.deleteRowsOf(owner, [accountChurnScores.relation, scoredFeatures.relation]);
    await expect(reproduce(3)).rejects.toThrow(
      /no score of this account.*scores of erased accounts are gone/,
    );
  });
});
