import { describe, expect, it } from 'vitest';
import { tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';
import { findOutdatedScores } from '../../../serving/batch/outdated-scores.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';
import { vocabularies } from '../../../serving/scores-mart/feature-words.ts';
import { readCurrentScores } from '../../../serving/scores-mart/read-current-scores.ts';
import { readScoreHistory } from '../../../serving/scores-mart/score-history.ts';
import { readSucceededRuns } from '../../../serving/scores-mart/succeeded-runs.ts';
import { bothWarehouses } from '../both-warehouses.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { accountId, day, only, rowsOf, type SmallMarts, tenant, writeSmallMarts } from '../small-marts.ts';

const MARTS: SmallMarts = { tenants: { acme: 5, globex: 3 }, asOfDates: ['2026-11-09', '2026-11-16'] };
const FEATURES = { schema: 'analytics', name: 'account_features' };
describe.each(bothWarehouses())('scores on %s', (_name, open) => {
  let minute = 0;
  const night = (warehouse: Warehouse, runId: string, bias = 0) =>
    scoreNight({
      warehouse,
      registry: championsOf(linearModel({ bias })),
      featureSet: smallFeatureSet,
      clock: () => new Date(Date.UTC(2026, 10, 17, 2, minute++)),
      runId,
      log: () => {},
    });
  const revisionsOf = async (warehouse: Warehouse) =>
    (
      await rowsOf(warehouse, accountChurnScores, [
        'tenant_id',
        'account_id',
        'revision',
        'is_withdrawn',
        'run_id',
      ])
    ).map((row) => Object.values(row).join(' '));
  const servedTo = async (warehouse: Warehouse, id: string) => {
    const reader = tenantReader(warehouse, tenant(id));
    const current = (await readCurrentScores(reader, vocabularies(warehouse)))!;
    const { history, trend } = await readScoreHistory(reader, await readSucceededRuns(reader));
    return { current, history, trend };
  };

  it('keep every revision, and serve the latest', async () => {
    const warehouse = await open();
    await writeSmallMarts(warehouse, MARTS);
    await night(warehouse, 'first');
    const before = await rowsOf(warehouse, accountChurnScores);

    // Late data changes one account of one tenant, and another one is not eligible any more.
    await writeSmallMarts(warehouse, {
      ...MARTS,
      features: (id, index) => (id === 'acme' && index === 1 ? { open_tickets: 9 } : {}),
    });
    await warehouse.deleteRowsOf({ tenantId: tenant('acme'), accountId: accountId(4) }, [FEATURES]);
    const dates = [
      { tenantId: 'acme', asOfDates: [day('2026-11-09'), day('2026-11-16')] },
      { tenantId: 'globex', asOfDates: [day('2026-11-16')] },
    ];
    const outdated = () => findOutdatedScores(warehouse, smallFeatureSet, dates);
    expect(await outdated()).toEqual([
      { tenantId: 'acme', asOf: '2026-11-16', changed: [accountId(1)], gone: [accountId(4)] },
    ]);
    const second = await night(warehouse, 'second');
    expect(await outdated()).toEqual([]);
    expect(second.rowsWritten).toEqual({ inserted: 0, revised: 1, unchanged: 6, withdrawn: 1 });
    expect(second.tenants.map(({ changed }) => changed)).toEqual([
      { revised: [accountId(1)], withdrawn: [accountId(4)] },
      undefined,
    ]);
    const after = await rowsOf(warehouse, accountChurnScores);
    expect(after).toEqual(expect.arrayContaining(before));
    const revisions = [
      'acme a00000 1 0 first',
      'acme a00001 1 0 first',
      'acme a00001 2 0 second',
      'acme a00002 1 0 first',
      'acme a00003 1 0 first',
      'acme a00004 1 0 first',
      'acme a00004 2 1 second',
      'globex a00000 1 0 first',
      'globex a00001 1 0 first',
      'globex a00002 1 0 first',
    ];
    expect(await revisionsOf(warehouse)).toEqual(revisions);

    const { current, history, trend } = await servedTo(warehouse, 'acme');
    expect([...current.accountIds].sort()).toEqual([0, 1, 2, 3].map(accountId));
    expect(current.accountIds[0]).toBe(accountId(1));
    const revised = after.find(({ account_id, revision }) => account_id === accountId(1) && revision === 2)!;
    expect(current.probability90d[0]).toBe(revised.churn_probability_90d);
    expect([...current.ranks]).toEqual([1, 2, 3, 4]);
    expect([...current.probability90d]).toEqual([...current.probability90d].sort((a, b) => b - a));
    expect([...history.keys()].sort()).toEqual([0, 1, 2, 3].map(accountId));
    expect(history.get(accountId(1))!.map(({ probability90d }) => probability90d)).toEqual([
      revised.churn_probability_90d,
    ]);
    expect(trend.map(({ accounts }) => accounts)).toEqual([4]);

    // The same inputs again are the same rows.
    const third = await night(warehouse, 'third');
    expect(third.rowsWritten).toEqual({ inserted: 0, revised: 0, unchanged: 7, withdrawn: 0 });
    expect(await rowsOf(warehouse, accountChurnScores)).toEqual(after);

    // The same version with other weights gives other scores, which is a revision for everybody.
    const fourth = await night(warehouse, 'fourth', 0.5);
    expect(fourth.rowsWritten).toEqual({ inserted: 0, revised: 7, unchanged: 0, withdrawn: 0 });
    expect(await revisionsOf(warehouse)).toEqual(
      expect.arrayContaining([...revisions, 'acme a00001 3 0 fourth']),
    );

    // An account that comes back is scored by a further revision.
    await writeSmallMarts(warehouse, MARTS);
    await night(warehouse, 'fifth', 0.5);
    expect((await revisionsOf(warehouse)).filter((row) => row.includes('a00004'))).toEqual([
      'acme a00004 1 0 first',
      'acme a00004 2 1 second',
      'acme a00004 3 0 fifth',
    ]);
    expect((await servedTo(warehouse, 'acme')).current.rowCount).toBe(5);
  });

  it('of an earlier version of the mart are first revisions', async () => {
    const warehouse = await open();
    await writeSmallMarts(warehouse, MARTS);
    await ensureScoresMart(warehouse);
    await night(warehouse, 'first');
    const scored = await rowsOf(warehouse, accountChurnScores);
    const other = await open();
    const added = accountChurnScores.columns.filter(({ forEarlierRows }) => forEarlierRows !== undefined);
    expect(added.map(({ name }) => name)).toContain('currency');
    const isNew = (name: string) => added.some((column) => column.name === name);
    const earlier: TableDefinition = {
      ...accountChurnScores,
      keyColumns: accountChurnScores.keyColumns.filter((name) => !isNew(name)),
      columns: accountChurnScores.columns.filter(({ name }) => !isNew(name)),
    };
    for await (const batch of warehouse.read({
      relation: earlier.relation,
      columns: earlier.columns.map(({ name }) => name),
      where: [],
    }))
      await other.write([{ mode: 'append', table: earlier, rows: only(batch) }]);

    await ensureScoresMart(other);
    await ensureScoresMart(other);
    const unknown = Object.fromEntries(
      added
        .filter(({ forEarlierRows }) => forEarlierRows === null)
        .map(({ name, type }) => [name, type === 'number' ? Number.NaN : null]),
    );
    expect(await rowsOf(other, accountChurnScores)).toEqual(scored.map((row) => ({ ...row, ...unknown })));
    await writeSmallMarts(other, MARTS);
    // The same scores, of which more is known now.
    expect((await night(other, 'again')).rowsWritten).toMatchObject({ revised: 8, inserted: 0 });
    expect((await night(other, 'once more')).rowsWritten).toMatchObject({ unchanged: 8, revised: 0 });
    expect((await night(other, 'other', 0.5)).rowsWritten).toMatchObject({ revised: 8, inserted: 0 });
  });
});
