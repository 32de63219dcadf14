import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInput } from '../../../features/contract/failure.ts';
import { featureSetHash } from '../../../features/contract/feature-set.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import type { ScoringModel } from '../../../models/scoring/scoring-model.ts';
import { type NightOptions, scoreNight } from '../../../serving/batch/score-night.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { readDrivers } from '../../../serving/scores-mart/driver-codes.ts';
import { featureWords, vocabularies } from '../../../serving/scores-mart/feature-words.ts';
import { readCurrentScores } from '../../../serving/scores-mart/read-current-scores.ts';
import { readScoreHistory } from '../../../serving/scores-mart/score-history.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { readSucceededRuns } from '../../../serving/scores-mart/succeeded-runs.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { accountId, day, rowsOf, type SmallMarts, tenant, writeSmallMarts } from '../small-marts.ts';

const MARTS: SmallMarts = {
  tenants: { acme: 24, globex: 7, platform: 2 },
  asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
};
const MODELS = [linearModel(), linearModel({ name: 'linear-operator', scope: { kind: 'operator' } })];

describe('scoreNight', () => {
  let warehouse: EmbeddedWarehouse;
  let log: string[];
  let now = Date.parse('2026-11-17T02:00:00Z');

  beforeEach(async () => {
    warehouse = await openDuckDbWarehouse({ file: ':memory:' });
    log = [];
  });

  afterEach(() => warehouse.close());

  function night(options: Partial<NightOptions> = {}) {
    now += 60_000;
    return scoreNight({
      warehouse,
      registry: championsOf(...MODELS),
      featureSet: smallFeatureSet,
      clock: () => new Date(now),
      runId: `run-${now}`,
      log: (line) => log.push(line),
      ...options,
    });
  }

  const currentOf = (tenantId: string) =>
    readCurrentScores(tenantReader(warehouse, tenant(tenantId)), vocabularies(warehouse));

  async function historyOf(tenantId: string) {
    const reader = tenantReader(warehouse, tenant(tenantId));
    return readScoreHistory(reader, await readSucceededRuns(reader));
  }

  it('scores every tenant at its latest as-of date under the champion of its scope', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const progress: number[] = [];
    const report = await night({ onProgress: ({ tenantsDone }) => progress.push(tenantsDone) });

    expect(report).toMatchObject({ exitCode: 0, rowsRead: 33, rowsScored: 33 });
    expect(report.rowsWritten).toEqual({ inserted: 33, revised: 0, unchanged: 0, withdrawn: 0 });
    expect(report.tenantsByStatus).toEqual({ running: 0, succeeded: 3, failed: 0, refused: 0 });
    expect(progress).toEqual([1, 2, 3]);
    expect(log).toEqual([]);
    const rows = await rowsOf(warehouse, accountChurnScores);
    expect(new Set(rows.map((row) => row.as_of_date))).toEqual(
      new Set([Date.parse('2026-11-16') / 86_400_000]),
    );
    expect(new Set(rows.map((row) => `${row.tenant_id} ${row.model_name}`))).toEqual(
      new Set(['acme linear', 'globex linear', 'platform linear-operator']),
    );
  });

  it('writes probability, rank, revenue, drivers and change of each account', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night();
    const acme = (await rowsOf(warehouse, accountChurnScores)).filter((row) => row.tenant_id === 'acme');

    // Account 3 at the third date: 21 active days, 3 open tickets; 18 active days the week before.
    const row = acme.find((candidate) => candidate.account_id === accountId(3))!;
    const probability = 1 / (1 + Math.exp(2 - 0.15 * (14 - 21) - 0.4 * 3));
    expect(row.churn_probability_90d).toBeCloseTo(probability, 12);
    expect(row.churn_probability_30d).toBeCloseTo(0.4 * probability, 12);
    expect(row.previous_probability_90d).toBeCloseTo(1 / (1 + Math.exp(2 - 0.15 * (14 - 18) - 0.4 * 3)), 12);
    expect(row.mrr_at_risk).toBeCloseTo(130 * probability, 9);
    expect(row.renews_at).toBe(Date.parse('2026-12-04T00:00:00Z'));
    expect(row.feature_hash).toMatch(/^[0-9a-f]{16}$/);
    expect(row.drivers).toBe(
      '[["open_tickets",1.2,["open_tickets",1.2,3,0]],["active_days_28d",-1.05,["active_days_28d",-1.05,21,14]]]',
    );
    expect(readDrivers(String(row.change_drivers))[0]).toEqual({
      theme: 'active_days_28d',
      contribution: -0.45,
      columns: [{ feature: 'active_days_28d', contribution: -0.45, value: 21, typical: 14, before: 18 }],
    });

    const ranked = acme.toSorted((a, b) => Number(a.risk_rank) - Number(b.risk_rank));
    expect(ranked.map(({ risk_rank }) => risk_rank)).toEqual(ranked.map((_, index) => index + 1));
    const probabilities = ranked.map((candidate) => Number(candidate.churn_probability_90d));
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(acme.find((candidate) => candidate.account_id === accountId(6))).toMatchObject({
      mrr: Number.NaN,
      mrr_at_risk: Number.NaN,
    });
  });

  it('writes what the codes of the drivers mean, and mends words without another feature set', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night();
    const { features, ...about } = smallFeatureSet;
    const mended = { ...about, features: features.map((one) => ({ ...one, label: `mended ${one.label}` })) };
    await night({ featureSet: mended });
    const words = await rowsOf(warehouse, featureWords, ['feature', 'theme', 'wording_up', 'unit_one']);
    expect(words).toEqual([
      {
        feature: 'active_days_28d',
        theme: 'active_days',
        wording_up: 'mended active days in the last 28 days: {number}',
        unit_one: ' day',
      },
      {
        feature: 'open_tickets',
        theme: 'open_tickets',
        wording_up: 'mended open support tickets: {value}',
        unit_one: '',
      },
      { feature: 'plan', theme: 'plan', wording_up: 'mended plan: {value}', unit_one: '' },
    ]);
    const vocabulary = await vocabularies(warehouse)(featureSetHash(smallFeatureSet));
    expect(vocabulary).toEqual(vocabularyOf(mended));
    expect(await vocabularies(warehouse)('f'.repeat(64))).toEqual(new Map());
  });

  it('changes no row when the same night runs again, and records the second run', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night();
    const before = await rowsOf(warehouse, accountChurnScores);
    const again = await night();

    expect(again.rowsWritten).toEqual({ inserted: 0, revised: 0, unchanged: 33, withdrawn: 0 });
    expect(await rowsOf(warehouse, accountChurnScores)).toEqual(before);
    const recorded = await rowsOf(warehouse, scoreRuns);
    expect(recorded).toHaveLength(6);
    expect(recorded.map(({ status, rows_unchanged }) => `${status} ${rows_unchanged}`).sort()).toEqual([
      'succeeded 0',
      'succeeded 0',
      'succeeded 0',
      'succeeded 2',
      'succeeded 24',
      'succeeded 7',
    ]);
  });

  it('adds a revision for what changed and withdraws scores of accounts that are not eligible any more', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night({ tenantIds: [tenant('acme')] });
    const first = await rowsOf(warehouse, accountChurnScores);
    await warehouse.transform([
      {
        relation: { schema: 'analytics', name: 'account_features' },
        as: 'table',
        sql: `select * replace (case when account_id = 'a00001' then 0 else active_days_28d end as active_days_28d)
              from analytics.account_features where account_id <> 'a00000'`,
      },
    ]);
    const report = await night({ tenantIds: [tenant('acme')] });

    expect(report.rowsWritten).toEqual({ inserted: 0, revised: 1, unchanged: 22, withdrawn: 1 });
    expect(report.tenants[0]!.changed).toEqual({ revised: [accountId(1)], withdrawn: [accountId(0)] });
    expect(log).toEqual([
      'tenant acme, as-of date 2026-11-16: scored before; now 1 accounts have a further revision and 1 scores are withdrawn',
    ]);
    const second = await rowsOf(warehouse, accountChurnScores);
    // Every row that was there is there as it was.
    expect(second).toEqual(expect.arrayContaining(first));
    const [withdrawn, revised, ...others] = second.filter(
      (row) => !first.some((old) => JSON.stringify(old) === JSON.stringify(row)),
    );
    expect(others).toEqual([]);
    expect(withdrawn).toEqual({
      ...first[0]!,
      revision: 2,
      is_withdrawn: 1,
      run_id: report.runId,
      scored_at: now,
    });
    expect(revised).toMatchObject({
      account_id: accountId(1),
      revision: 2,
      is_withdrawn: 0,
      run_id: report.runId,
    });
    expect(revised!.feature_hash).not.toBe(first[1]!.feature_hash);

    const served = (await currentOf('acme'))!;
    expect(served.accountIds).not.toContain(accountId(0));
    expect(served.rowCount).toBe(23);
    expect([...served.probability90d]).toEqual([...served.probability90d].sort((a, b) => b - a));
    expect([...served.ranks]).toEqual(served.accountIds.map((_, row) => row + 1));
    expect(served.probability90d[served.rowOfAccount.get(accountId(1))!]).toBe(
      revised!.churn_probability_90d,
    );
    const { history, trend } = await historyOf('acme');
    expect(history.has(accountId(0))).toBe(false);
    expect(history.get(accountId(1))!.map(({ probability90d }) => probability90d)).toEqual([
      revised!.churn_probability_90d,
    ]);
    expect(trend.at(-1)!.accounts).toBe(23);

    const third = await night({ tenantIds: [tenant('acme')] });
    expect(third.rowsWritten).toEqual({ inserted: 0, revised: 0, unchanged: 23, withdrawn: 0 });
    expect(await rowsOf(warehouse, accountChurnScores)).toEqual(second);
  });

  it('scores an account again that comes back after its score was withdrawn', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const only = { tenantIds: [tenant('acme')] };
    const features = { schema: 'analytics', name: 'account_features' };
    await night(only);
    await warehouse.transform([
      {
        relation: features,
        as: 'table',
        sql: "select * from analytics.account_features where account_id <> 'a00000'",
      },
    ]);
    expect((await night(only)).rowsWritten.withdrawn).toBe(1);
    await writeSmallMarts(warehouse, MARTS);
    expect((await night(only)).rowsWritten).toEqual({ inserted: 0, revised: 1, unchanged: 23, withdrawn: 0 });
    const rows = await rowsOf(warehouse, accountChurnScores, ['account_id', 'revision', 'is_withdrawn']);
    expect(rows.filter(({ account_id }) => account_id === accountId(0))).toEqual([
      { account_id: accountId(0), revision: 1, is_withdrawn: 0 },
      { account_id: accountId(0), revision: 2, is_withdrawn: 1 },
      { account_id: accountId(0), revision: 3, is_withdrawn: 0 },
    ]);
    expect((await currentOf('acme'))!.rowCount).toBe(24);
  });

  it('prefers a tenant’s champion to the one for all tenants', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const own = linearModel({ name: 'acme-own', scope: { kind: 'tenant', tenantId: 'acme' }, bias: 1 });
    const report = await night({ registry: championsOf(...MODELS, own) });
    expect(report.tenants.map(({ run }) => run.modelName)).toEqual(['acme-own', 'linear', 'linear-operator']);
  });

  it('keeps the scores of an earlier model next to those of the new champion', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night();
    await night({ registry: championsOf(...MODELS, linearModel({ version: '2', bias: 0.5 })) });
    const rows = await rowsOf(warehouse, accountChurnScores);
    expect(rows.filter(({ model_version }) => model_version === '1')).toHaveLength(33);
    expect(rows.filter(({ model_version }) => model_version === '2')).toHaveLength(31);
  });

  it('scores a past as-of date and compares it with the one before', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const report = await night({ asOf: day('2026-11-02'), tenantIds: [tenant('globex')] });
    expect(report.rowsScored).toBe(7);
    const rows = await rowsOf(warehouse, accountChurnScores);
    expect(rows.every((row) => Number.isNaN(row.previous_probability_90d))).toBe(true);
    expect(rows.every((row) => row.change_drivers === '[]')).toBe(true);
  });

  it('skips a tenant whose data end before the night, even if it was scored before', async () => {
    await writeSmallMarts(warehouse, { ...MARTS, lastAsOfDate: { globex: '2026-11-02' } });
    await night({ tenantIds: [tenant('globex')] });
    const report = await night({ asOf: day('2026-11-09') });
    expect(report.exitCode).toBe(0);
    expect(report.tenants.find(({ run }) => run.tenantId === 'globex')?.isSkipped).toBe(true);
    const askedFor = await night({ asOf: day('2026-11-09'), tenantIds: [tenant('globex')] });
    expect(askedFor.exitCode).toBe(2);
  });

  it('records the failure of one tenant and scores the others', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const broken: ScoringModel = {
      ...linearModel({ scope: { kind: 'tenant', tenantId: 'acme' } }),
      score() {
        throw new Error('the weights caught fire');
      },
    };
    const report = await night({ registry: championsOf(...MODELS, broken) });

    expect(report.exitCode).toBe(1);
    expect(report.tenantsByStatus).toMatchObject({ succeeded: 2, failed: 1 });
    expect(log).toEqual(['failed: the weights caught fire']);
    const runsByTenant = await rowsOf(warehouse, scoreRuns, ['tenant_id', 'status', 'error', 'rows_read']);
    expect(runsByTenant).toEqual([
      { tenant_id: 'acme', status: 'failed', error: 'the weights caught fire', rows_read: 24 },
      { tenant_id: 'globex', status: 'succeeded', error: null, rows_read: 7 },
      { tenant_id: 'platform', status: 'succeeded', error: null, rows_read: 2 },
    ]);
  });

  it('reads tenants again in small groups where a statement for many fails, and fails few beside the one that cannot be read', async () => {
    const names = Array.from({ length: 70 }, (_, at) => `t${String(at).padStart(2, '0')}`);
    await writeSmallMarts(warehouse, {
      ...MARTS,
      tenants: Object.fromEntries(names.map((name) => [name, 1])),
    });
    // Their sizes are known after a first night, so that they share a statement.
    expect((await night({ asOf: day('2026-11-09') })).exitCode).toBe(0);
    const read = warehouse.read.bind(warehouse);
    let statements = 0;
    warehouse.read = (selection) => {
      const asked = selection.where.find(({ is }) => is === 'in')?.value as readonly string[] | undefined;
      if (selection.relation.name !== 'account_features') return read(selection);
      statements += 1;
      if (asked!.includes('t69')) throw new Error('a row of t69 cannot be read');
      return read(selection);
    };
    const { tenants } = await night();
    expect(statements).toBe(3);
    const failed = tenants.filter(({ run }) => run.status === 'failed').map(({ run }) => run.tenantId);
    expect(failed).toEqual(names.slice(64));
    expect(tenants).toHaveLength(70);
  });

  it('records a tenant whose rows the warehouse refuses and writes the others', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await warehouse.transform([
      {
        relation: { schema: 'analytics', name: 'account_features' },
        as: 'table',
        sql: `select * from analytics.account_features
              union all select * from analytics.account_features where tenant_id = 'globex'`,
      },
    ]);
    const report = await night();
    expect(report.exitCode).toBe(2);
    expect(report.tenants.map(({ run }) => run.status)).toEqual(['succeeded', 'refused', 'succeeded']);
    expect(log[0]).toMatch(/occur more than once/);
    expect(
      (await rowsOf(warehouse, accountChurnScores)).some(({ tenant_id }) => tenant_id === 'globex'),
    ).toBe(false);
  });

  it('refuses a tenant whose scores are not probabilities and keeps its old ones', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night();
    const before = await rowsOf(warehouse, accountChurnScores);
    const sick: ScoringModel = {
      ...linearModel({ scope: { kind: 'tenant', tenantId: 'acme' } }),
      score(frame, options) {
        const scored = linearModel().score(frame, options);
        scored.probabilities[2]![5] = Number.NaN;
        return scored;
      },
    };
    const report = await night({ registry: championsOf(...MODELS, sick) });
    expect(report.exitCode).toBe(3);
    expect(log[0]).toMatch(/^refused: tenant acme, as-of date 2026-11-16: .*probabilities_valid: 1 /);
    expect(await rowsOf(warehouse, accountChurnScores)).toEqual(before);
  });

  it('refuses rows that collapsed since the previous run', async () => {
    await writeSmallMarts(warehouse, MARTS);
    await night({ asOf: day('2026-11-09') });
    await warehouse.transform([
      {
        relation: { schema: 'analytics', name: 'account_features' },
        as: 'table',
        sql: `select * from analytics.account_features
              where not (tenant_id = 'acme' and as_of_date = date '2026-11-16' and account_id > 'a00010')`,
      },
    ]);
    const report = await night();
    expect(report.exitCode).toBe(3);
    expect(log[0]).toMatch(/row_count_held: 11 accounts after 24 in the previous run, at least 12 expected/);
    expect(report.tenantsByStatus).toMatchObject({ succeeded: 2, refused: 1 });
  });

  it('reports and records a tenant without eligible accounts, and fails only if it was requested', async () => {
    await writeSmallMarts(warehouse, { ...MARTS, emptyTenants: ['void'] });
    const wholeNight = await night();
    expect(wholeNight.exitCode).toBe(0);
    expect(log).toEqual([
      expect.stringMatching(/^skipped: tenant void, as-of date 2026-11-16: no account is eligible/),
    ]);
    expect(wholeNight.tenants.find(({ run }) => run.tenantId === 'void')!.run.status).toBe('refused');
    expect((await night({ tenantIds: [tenant('void')] })).exitCode).toBe(2);
    const recorded = await rowsOf(warehouse, scoreRuns, ['tenant_id', 'status']);
    expect(recorded.filter((run) => run.tenant_id === 'void')).toEqual([
      { tenant_id: 'void', status: 'refused' },
      { tenant_id: 'void', status: 'refused' },
    ]);
  });

  it('refuses a model that was trained on another feature set, naming both', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const featureSet = { ...smallFeatureSet, version: 2 };
    const report = await night({ featureSet });
    expect(report.exitCode).toBe(2);
    expect(log[0]).toContain(featureSetHash(smallFeatureSet));
    expect(log[0]).toContain(featureSetHash(featureSet));
    expect(log[0]).toContain('`churn train`');
  });

  it('refuses a night without any champion', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const report = await night({ registry: championsOf() });
    expect(report.exitCode).toBe(2);
    expect(log[0]).toMatch(/no model is champion .*`churn train`/);
  });

  it('refuses an unknown tenant and a date that is not in the mart before anything is written', async () => {
    await writeSmallMarts(warehouse, MARTS);
    const unknown = night({ tenantIds: [tenant('acme'), tenant('nobody')] });
    await expect(unknown).rejects.toThrow(BadInput);
    await expect(unknown).rejects.toThrow(/tenant nobody: the marts know no such tenant/);
    const unbuilt = night({ asOf: day('2026-10-01') });
    await expect(unbuilt).rejects.toThrow(BadInput);
    await expect(unbuilt).rejects.toThrow(/the marts reach from \S+ to \S+; name a day between them/);
    const between = night({ asOf: day('2026-11-10') });
    await expect(between).rejects.toThrow(/`churn features build --as-of 2026-11-10`/);
    expect(await warehouse.describe(scoreRuns.relation)).toEqual([]);
  });

  it('says what to run when there are no marts', async () => {
    await expect(night()).rejects.toThrow(/`churn features build`/);
  });
});
