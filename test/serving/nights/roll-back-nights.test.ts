import { describe, expect, it } from 'vitest';
import { tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { listNights } from '../../../serving/nights/list-nights.ts';
import { rollBackNights, undoRollback } from '../../../serving/nights/roll-back-nights.ts';
import { loadScoreSnapshot } from '../../../serving/read-model/score-snapshot.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { recordErasureRun } from '../../../serving/scores-mart/erasure-runs.ts';
import { vocabularies } from '../../../serving/scores-mart/feature-words.ts';
import { readCurrentScores } from '../../../serving/scores-mart/read-current-scores.ts';
import { readScoreHistory } from '../../../serving/scores-mart/score-history.ts';
import { readSucceededRuns } from '../../../serving/scores-mart/succeeded-runs.ts';
import { bothWarehouses } from '../both-warehouses.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { accountId, day, rowsOf, type SmallMarts, tenant, writeSmallMarts } from '../small-marts.ts';

const MARTS: SmallMarts = { tenants: { acme: 5, globex: 3 }, asOfDates: ['2026-11-09', '2026-11-16'] };
const FEATURES = { schema: 'analytics', name: 'account_features' };

describe.each(bothWarehouses())('nights on %s', (_name, open) => {
  let minute = 0;
  let log: string[] = [];
  const clock = () => new Date(Date.UTC(2026, 10, 17, 2, minute++));
  const score = (
    warehouse: Warehouse,
    runId: string,
    { asOf, bias = 0, version = '1' }: { asOf?: string; bias?: number; version?: string } = {},
  ) => {
    log = [];
    return scoreNight({
      warehouse,
      registry: championsOf(linearModel({ bias, version })),
      featureSet: smallFeatureSet,
      ...(asOf === undefined ? {} : { asOf: day(asOf) }),
      clock,
      runId,
      log: (line) => log.push(line),
    });
  };
  const note = { by: 'ana', reason: 'prices in cents', clock };
  const rollBack = (warehouse: Warehouse, more: { to?: string; tenantIds?: string[] } = {}) =>
    rollBackNights(warehouse, {
      ...note,
      to: more.to,
      tenantIds: more.tenantIds?.map(tenant),
      rollbackId: `r${minute}`,
    });

  /** What a service shows of a tenant, without the run that it came from. */
  async function shown(warehouse: Warehouse, id: string) {
    const reader = tenantReader(warehouse, tenant(id));
    const current = await readCurrentScores(reader, vocabularies(warehouse));
    const { history, trend } = await readScoreHistory(reader, await readSucceededRuns(reader));
    if (current === null) return { asOf: null, history, trend };
    const { run, vocabulary: _words, ...scores } = current;
    return { asOf: run.asOf, scores, history, trend };
  }
  const shownToAll = async (warehouse: Warehouse) => [
    await shown(warehouse, 'acme'),
    await shown(warehouse, 'globex'),
  ];

  async function threeNights() {
    const warehouse = await open();
    await writeSmallMarts(warehouse, MARTS);
    await score(warehouse, 'first', { asOf: '2026-11-09' });
    const afterFirst = await shownToAll(warehouse);
    await score(warehouse, 'second');
    const afterSecond = await shownToAll(warehouse);
    // A third one of the same day: late rows change one account, and one is not eligible any more.
    await writeSmallMarts(warehouse, {
      ...MARTS,
      features: (id, index) => (id === 'acme' && index === 1 ? { open_tickets: 9 } : {}),
    });
    await warehouse.deleteRowsOf({ tenantId: tenant('acme'), accountId: accountId(4) }, [FEATURES]);
    await score(warehouse, 'third');
    return { warehouse, afterFirst, afterSecond, afterThird: await shownToAll(warehouse) };
  }

  it('are taken back one by one and given back, and every row stays', async () => {
    const { warehouse, afterFirst, afterSecond, afterThird } = await threeNights();
    const rows = await rowsOf(warehouse, accountChurnScores);
    const snapshot = await loadScoreSnapshot(warehouse, null, clock);

    const third = await rollBack(warehouse);
    expect(third).toMatchObject({ nights: ['third'], tenantIds: ['acme', 'globex'], revisionsAdded: 2 });
    expect(await shownToAll(warehouse)).toEqual(afterSecond);
    expect(await rowsOf(warehouse, accountChurnScores)).toEqual(expect.arrayContaining(rows));
    const refreshed = await loadScoreSnapshot(warehouse, snapshot, clock);
    expect(refreshed.get(tenant('acme'))!.current.rowCount).toBe(5);

    const second = await rollBack(warehouse);
    // Nothing of the day stands, so all eight are withdrawn; the day before has its scores as they were.
    expect(second).toMatchObject({ nights: ['second'], asOfDates: ['2026-11-16'], revisionsAdded: 8 });
    expect(await shownToAll(warehouse)).toEqual(afterFirst);

    expect(await undoRollback(warehouse, note)).toMatchObject({ nights: ['second'] });
    expect(await shownToAll(warehouse)).toEqual(afterSecond);
    expect(await undoRollback(warehouse, note)).toMatchObject({ nights: ['third'], revisionsAdded: 2 });
    expect(await shownToAll(warehouse)).toEqual(afterThird);
    await expect(undoRollback(warehouse, note)).rejects.toThrow(/no rollback stands/);
    expect(await rowsOf(warehouse, accountChurnScores)).toEqual(expect.arrayContaining(rows));
  });

  it('are listed with what they serve and who took them back', async () => {
    const { warehouse } = await threeNights();
    await rollBack(warehouse, { tenantIds: ['acme'] });
    const nights = await listNights(warehouse);
    expect(
      nights.map(({ night, tenantsByStatus, tenantsServed }) => [night, tenantsByStatus, tenantsServed]),
    ).toEqual([
      ['third', { rolled_back: 1, succeeded: 1 }, 1],
      ['second', { succeeded: 2 }, 1],
      ['first', { succeeded: 2 }, 0],
    ]);
    expect(nights[0]).toMatchObject({
      asOfDates: ['2026-11-16'],
      models: ['linear@1'],
      rolledBack: { by: 'ana', reason: 'prices in cents' },
    });
    expect(nights[1]!.rolledBack).toBeNull();
  });

  it('are taken back to the one that is named, for one tenant or all', async () => {
    const { warehouse, afterFirst, afterThird } = await threeNights();
    await rollBack(warehouse, { to: 'fir', tenantIds: ['acme'] });
    expect(await shown(warehouse, 'acme')).toEqual(afterFirst[0]);
    expect(await shown(warehouse, 'globex')).toEqual(afterThird[1]);
    await rollBack(warehouse, { to: 'first' });
    expect(await shownToAll(warehouse)).toEqual(afterFirst);
    await expect(rollBack(warehouse, { to: 'nobody' })).rejects.toThrow(/--to nobody: no night that stands/);
    await expect(rollBack(warehouse, { to: 'first' })).rejects.toThrow(/it is the last night/);
    await rollBack(warehouse);
    await expect(rollBack(warehouse)).rejects.toThrow(/no scores of these nights/);
    expect((await shownToAll(warehouse)).map(({ asOf }) => asOf)).toEqual([null, null]);
  });

  it('do not come back unsaid: the same scores are refused, others are scored', async () => {
    const { warehouse, afterSecond } = await threeNights();
    await rollBack(warehouse);
    const again = await score(warehouse, 'again');
    expect(again.exitCode).toBe(3);
    expect(log[0]).toMatch(
      /^refused: tenant acme, as-of date 2026-11-16: 1 of 1 scores that were rolled back come out as they were \(night third, taken back on .* by ana: prices in cents\); mend the data/,
    );
    // Globex had the same scores before, so nothing of it was taken back but the run.
    expect(log[1]).toMatch(
      /^tenant globex is scored by linear@1, whose scores of 2026-11-16 were rolled back by ana/,
    );
    expect((await shown(warehouse, 'acme')).scores).toEqual(afterSecond[0]!.scores);

    // With mended data the night goes on from there.
    await writeSmallMarts(warehouse, MARTS);
    const mended = await score(warehouse, 'mended');
    expect(mended).toMatchObject({
      exitCode: 0,
      rowsWritten: { inserted: 0, revised: 0, unchanged: 8, withdrawn: 0 },
    });
    expect(await shownToAll(warehouse)).toEqual(afterSecond);
    await expect(undoRollback(warehouse, note)).rejects.toThrow(/the night (again|mended) has scored tenant/);
    expect((await score(warehouse, 'other', { version: '2' })).exitCode).toBe(0);
    expect(log).toEqual([]);
  });

  it('leave nothing that a later night could share with them', async () => {
    const warehouse = await open();
    const changed = (accounts: number) => ({
      ...MARTS,
      features: (id: string, index: number, asOf: string) =>
        id === 'acme' && index < accounts && asOf === '2026-11-16' ? { open_tickets: 9 } : {},
    });
    await writeSmallMarts(warehouse, MARTS);
    await score(warehouse, 'first', { asOf: '2026-11-09' });
    await score(warehouse, 'taken back');
    await rollBack(warehouse);
    // Two of five accounts come out as they were in the night that was taken back.
    await writeSmallMarts(warehouse, changed(3));
    await score(warehouse, 'mended');
    const mended = await shown(warehouse, 'acme');
    expect(mended.scores!.rowCount).toBe(5);
    await writeSmallMarts(warehouse, changed(4));
    await score(warehouse, 'bad again');
    expect(await shown(warehouse, 'acme')).not.toEqual(mended);
    await rollBack(warehouse);
    expect(await shown(warehouse, 'acme')).toEqual(mended);
  });

  it('of which an erased account was part do not bring the erased run’s list alone', async () => {
    const { warehouse, afterFirst } = await threeNights();
    await warehouse.deleteRowsOf({ tenantId: tenant('acme'), accountId: accountId(2) }, [
      FEATURES,
      accountChurnScores.relation,
    ]);
    await recordErasureRun(warehouse, tenant('acme'), 'e1', clock);
    await rollBack(warehouse, { to: 'first' });
    const now = await shown(warehouse, 'acme');
    expect(now.asOf).toBe('2026-11-09');
    expect(now.scores!.accountIds).toEqual(
      afterFirst[0]!.scores!.accountIds.filter((id) => id !== accountId(2)),
    );
  });
});
