import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, toEpochDay } from '../../../features/contract/as-of-date.ts';
import { columnBatchOfRows } from '../../../features/warehouse/column-batch-of-rows.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowSource } from '../../../features/warehouse/row-source.ts';
import type { TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { LoadedModel } from '../../../models/registry/model-registry.ts';
import { type MonitoringOptions, monitorModels } from '../../../serving/monitoring/models/monitor-models.ts';
import { renderMonitoringReport } from '../../../serving/monitoring/report/report-page.tsx';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { columnBatchOfScoreRuns } from '../../../serving/scores-mart/column-batch-of-score-runs.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';
import { monitoringFigures } from '../../../serving/scores-mart/monitoring-figures.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { openTestWarehouse } from '../../snowflake-endpoint/open-test-warehouse.ts';
import { accountId, day, rowsOf, tenant, writeSmallMarts } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ACCOUNTS = 80;
const TENANTS = ['acme', 'globex'];
const TRAINING = ['2026-01-05', '2026-01-19', '2026-02-02', '2026-02-16'];
const SERVED = ['2026-03-02', '2026-03-16', '2026-06-01'];
const NEWEST = day('2026-06-01');
const HOURS = 3_600_000;
/** The one account whose first score was a mistake, mended within the hour, and again weeks later. */
const MENDED = accountId(3);
const WITHDRAWN = accountId(4);

const churnLabels: TableDefinition = {
  relation: { schema: 'analytics', name: 'account_churn_labels' },
  keyColumns: ['tenant_id', 'account_id', 'as_of_date'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    ...[30, 60, 90].map((days) => ({ name: `churned_${days}d`, type: 'boolean', nullable: true }) as const),
  ],
};

async function fill(warehouse: Warehouse): Promise<void> {
  const random = createRandom('monitored');
  await ensureScoresMart(warehouse);
  await writeSmallMarts(warehouse, {
    tenants: { acme: ACCOUNTS, globex: ACCOUNTS },
    asOfDates: [...TRAINING, ...SERVED],
    // Globex's accounts fell silent; acme's did not move.
    features: (tenantId, index, asOf) => ({
      active_days_28d:
        tenantId === 'globex' && asOf === NEWEST ? index % 3 : (index * 5 + Number(asOf.slice(8))) % 29,
    }),
  });
  const scores: Record<string, string | number | boolean | null>[] = [];
  const labels: typeof scores = [];
  for (const tenant_id of TENANTS)
    for (const asOf of SERVED)
      for (let index = 0; index < ACCOUNTS; index++) {
        const account_id = accountId(index);
        const as_of_date = toEpochDay(day(asOf));
        const p = 0.05 + 0.9 * ((index + 0.5) / ACCOUNTS) ** 2;
        const score = (revision: number, hours: number, probability: number, is_withdrawn = false) =>
          scores.push({
            tenant_id,
            account_id,
            as_of_date,
            model_name: 'small',
            model_version: 'v1',
            revision,
            is_withdrawn,
            churn_probability_30d: probability * 0.5,
            churn_probability_60d: probability * 0.8,
            churn_probability_90d: probability,
            churn_probability_90d_low: null,
            churn_probability_90d_high: null,
            risk_band: 'low',
            risk_rank: index + 1,
            drivers: JSON.stringify([
              ['activity', 0.9, ['active_days_28d', 0.9, 1, 14]],
              ['support', -0.1, ['open_tickets', -0.1, 0, 1]],
            ]),
            previous_probability_90d: null,
            change_drivers: '[]',
            mrr: null,
            currency: null,
            mrr_at_risk: null,
            renews_at: null,
            feature_hash: '',
            run_id: `run-${asOf}`,
            scored_at: Date.parse(asOf) + hours * HOURS,
          });
        if (account_id === MENDED) {
          score(1, 3, 0.999);
          score(2, 4, 0.123);
          score(3, 24 * 30, 0.777);
        } else if (account_id === WITHDRAWN) {
          score(1, 3, p);
          score(2, 4, p, true);
        } else score(1, 3, p);
        const churned = Number(random.next() < p);
        labels.push({
          tenant_id,
          account_id,
          as_of_date,
          churned_30d: asOf === NEWEST ? null : churned,
          churned_60d: asOf === NEWEST ? null : churned,
          churned_90d: asOf === '2026-03-02' ? churned : null,
        });
      }
  const runs = TENANTS.flatMap((tenantId) =>
    SERVED.map((asOf) => ({
      runId: `run-${asOf}`,
      tenantId: tenant(tenantId),
      asOf: day(asOf),
      modelName: 'small',
      modelVersion: 'v1',
      modelAlias: 'champion',
      featureSetHash: '',
      status: 'succeeded' as const,
      rowsRead: ACCOUNTS,
      rowsScored: ACCOUNTS,
      rowsWritten: null,
      gates: [],
      timings: {},
      error: null,
      startedAt: new Date(asOf),
      finishedAt: new Date(Date.parse(asOf) + 3 * HOURS),
    })),
  );
  const merge = (table: TableDefinition, rows: typeof scores) => ({
    mode: 'merge' as const,
    table,
    rows: rowSource(columnBatchOfRows(table.columns, rows)),
  });
  await warehouse.write([
    merge(accountChurnScores, scores),
    merge(churnLabels, labels),
    { mode: 'merge', table: scoreRuns, rows: rowSource(columnBatchOfScoreRuns(runs)) },
  ]);
}

const drivers = {
  duckdb: async () => {
    const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
    return { warehouse, close: () => warehouse.close() };
  },
  snowflake: async () => {
    const opened = await openTestWarehouse();
    return { warehouse: opened.warehouse, close: () => opened.close() };
  },
};

describe.each(Object.entries(drivers))('monitorModels on %s', (_, open) => {
  let warehouse: Warehouse;
  let close: () => Promise<void>;
  let loaded: LoadedModel;
  const folder = temporaryFolder();

  beforeAll(async () => {
    ({ warehouse, close } = await open());
    await fill(warehouse);
    const registry = openLocalRegistry({ directory: await folder.path(), clock: () => new Date() });
    await promoteSmallModel(registry);
    const { card, ...rest } = await registry.load('small', 'v1');
    const fit = { ...card.production.fit, from: TRAINING[0]!, to: TRAINING.at(-1)! };
    loaded = { ...rest, card: { ...card, production: { refitted: false, fit } } };
  }, 120_000);

  afterAll(() => close());

  const monitor = (options: Partial<MonitoringOptions> = {}) =>
    monitorModels({
      warehouse,
      registry: { load: async () => loaded },
      clock: () => new Date('2026-06-01T06:00:00Z'),
      ...options,
    });

  it('measures a served score when its window has closed, in the revision that stood then', async () => {
    const { models, asOf } = await monitor();
    expect(asOf).toBe(NEWEST);
    const [small] = models;
    const rowsAt = (horizon: number, tenantId = '*', month = '') =>
      small!.realised.find(
        (of) => of.tenantId === tenantId && of.horizonDays === horizon && of.month === month,
      )?.rows;
    // Two dates have closed windows of 30 and 60 days, one of 90; the withdrawn account is on no list.
    expect([rowsAt(30), rowsAt(60), rowsAt(90)]).toEqual([4 * 79, 4 * 79, 2 * 79]);
    expect([rowsAt(90, 'acme'), rowsAt(60, 'acme', '2026-03')]).toEqual([79, 2 * 79]);
    const promised = small!.expected.find(
      ({ tenantId, horizonDays }) => tenantId === 'acme' && horizonDays === 90,
    )!;
    const others = Array.from({ length: ACCOUNTS }, (_, index) => index)
      .filter((index) => index !== 3 && index !== 4)
      .reduce((sum, index) => sum + 0.05 + 0.9 * ((index + 0.5) / ACCOUNTS) ** 2, 0);
    expect(promised.figures.churned_share).toBeCloseTo((others + 0.123) / 79, 10);
  });

  it('counts no window that had not closed by the day', async () => {
    const { models } = await monitor({ asOf: day(addDays(day('2026-03-02'), 59)) });
    const closed = models[0]!.realised.filter(({ month, tenantId }) => month === '' && tenantId === '*');
    expect(closed.map(({ rows }) => rows)).toEqual([4 * 79, 0, 0]);
  });

  it('flags the feature that moved, where it moved, and recommends training again for what it carries', async () => {
    const { models, retrain } = await monitor();
    const flagged = models[0]!.drift.filter(({ isFlagged }) => isFlagged);
    expect(flagged.map(({ tenantId, feature }) => `${tenantId} ${feature}`).sort()).toEqual([
      '* active_days_28d',
      'globex active_days_28d',
    ]);
    expect(flagged[0]!.driverShare).toBeCloseTo(0.9, 10);
    expect(retrain).toBe(true);
    expect(models[0]!.recommendation!.rules.filter(({ isMet }) => isMet).map(({ rule }) => rule)).toContain(
      'drift',
    );
  });

  it('one tenant alone: what did not move is not flagged, and no row speaks of all', async () => {
    const { models, runId } = await monitor({ tenantIds: [tenant('acme')] });
    expect(models[0]!.drift.filter(({ isFlagged }) => isFlagged)).toEqual([]);
    const rows = (await rowsOf(warehouse, monitoringFigures)).filter((row) => row.run_id === runId);
    expect(new Set(rows.map((row) => row.tenant_id))).toEqual(new Set(['acme']));
  });

  it('records every figure by tenant, and refuses what was never scored', async () => {
    const { runId } = await monitor();
    const rows = (await rowsOf(warehouse, monitoringFigures)).filter((row) => row.run_id === runId);
    expect(new Set(rows.map((row) => row.part))).toEqual(
      new Set(['drift', 'expected', 'realised', 'recommendation', 'reliability']),
    );
    expect(rows.find((row) => row.tenant_id === 'globex' && row.subject === 'active_days_28d')).toMatchObject(
      {
        metric: 'psi',
        is_flagged: 1,
      },
    );
    await expect(monitor({ modelName: 'other' })).rejects.toThrow(
      'nothing that was asked for has been scored',
    );
  });

  it('says it as a page without script and without inline style', async () => {
    const page = renderMonitoringReport(await monitor());
    expect(page).toMatch(/^<!doctype html>\n<html/);
    expect(page).not.toMatch(/<script|style="|https?:/);
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('Train again');
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(4);
  });
});
