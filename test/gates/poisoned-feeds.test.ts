import { beforeAll, describe, expect, it } from 'vitest';
import { type Feed, landRows, rowsOfNight, simulatedFeed } from '../../bench/gates/nightly-feed.ts';
import { addDays, asOfDateSchema, toEpochDay } from '../../features/contract/as-of-date.ts';
import type { RawRow } from '../../features/ingest/simulator/raw-rows.ts';
import { buildMarts } from '../../features/marts/build-marts.ts';
import type { Finding } from '../../features/marts/build-report.ts';
import { findingColumn } from '../../features/marts/finding-column.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';
import { append } from '../features/marts/small-raw-layer.ts';
import { POISONS } from './poisons.ts';

/** One simulated tenant, sent over and over: each copy is poisoned in one way, and one build looks at all of them. */

const AS_OF = asOfDateSchema.parse('2025-11-19');
const NEWEST_DAY = toEpochDay(AS_OF) - 1;
const HEALTHY = 'healthy';

let findings: readonly Finding[];

beforeAll(async () => {
  const options = { seed: 4, tenants: 12, months: 6, endDate: addDays(AS_OF, 1) };
  const feed = rowsOfNight(await simulatedFeed(options), AS_OF, null);
  const original = largestTenant(feed);
  const others = feed
    .get('accounts')!
    .flatMap((row) => (row.tenant_id === original ? [] : [String(row.account_id)]));
  const copies = [
    copyOf(feed, original, HEALTHY),
    ...POISONS.map(({ name, spoil }) => spoil(copyOf(feed, original, name), NEWEST_DAY, others)),
  ];
  const warehouse = await openDuckDbWarehouse({ file: ':memory:', threads: 2 });
  await landRows(warehouse, together([feed, ...copies]));
  // The night before the last was the last that was scored.
  await append(
    warehouse,
    scoreRuns,
    [HEALTHY, ...POISONS.map(({ name }) => name)].map((tenant_id) => ({
      run_id: 'before',
      tenant_id,
      as_of_date: addDays(AS_OF, -2),
      model_alias: 'champion',
      feature_set_hash: '',
      status: 'succeeded',
      rows_read: 1,
      rows_scored: 1,
      gate_results: '[]',
      timings: '{}',
      started_at: AS_OF,
    })),
  );
  await buildMarts(warehouse, {
    judge: (report) => {
      findings = report.findings;
    },
  });
}, 240_000);

describe('a poisoned feed', () => {
  it.each(POISONS.map((poison) => [poison.name, poison] as const))(
    '%s',
    (name, { gate, reason, severity }) => {
      const ofTenant = findings.filter(({ tenantId }) => tenantId === name);
      expect(told(ofTenant)).toContainEqual([severity, gate, reason]);
      const refused = ofTenant.filter((found) => found.severity === 'refused');
      expect(told(refused)).toEqual(severity === 'refused' ? [['refused', gate, reason]] : []);
      const found = ofTenant.find((one) => one.finding === gate && one.reason === reason)!;
      expect(found.rows).toBeGreaterThan(0);
      expect(findingColumn(found)).toBeDefined();
    },
  );

  it('leaves the same tenant alone where it is not poisoned', () => {
    const healthy = findings.filter(({ tenantId }) => tenantId === HEALTHY);
    expect(told(healthy.filter(({ severity }) => severity === 'refused'))).toEqual([]);
  });
});

function told(found: readonly Finding[]) {
  return found.map(({ severity, finding, reason }) => [severity, finding, reason]);
}

const TENANT_TABLES = ['accounts', 'subscriptions', 'support_tickets', 'platform_events'];
const IDS = ['account_id', 'event_id', 'subscription_id', 'ticket_id'];

/** Of those that sell subscriptions. */
function largestTenant(feed: Feed): string {
  const sellers = new Set(feed.get('subscriptions')!.map((row) => row.tenant_id));
  const counts = new Map<string, number>();
  for (const { tenant_id } of feed.get('platform_events')!)
    if (sellers.has(tenant_id!)) counts.set(String(tenant_id), (counts.get(String(tenant_id)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]![0];
}

function copyOf(feed: Feed, original: string, tenantId: string): Feed {
  const renamed = (row: RawRow): RawRow => ({
    ...row,
    tenant_id: tenantId,
    ...Object.fromEntries(IDS.filter((id) => id in row).map((id) => [id, `${tenantId}/${row[id]}`])),
  });
  return new Map(
    [...TENANT_TABLES, 'tenant_settings'].map((table) => [
      table,
      feed
        .get(table)!
        .filter((row) => row.tenant_id === original)
        .map(renamed),
    ]),
  );
}

function together(feeds: readonly Feed[]): Feed {
  const tables = new Set(feeds.flatMap((feed) => [...feed.keys()]));
  return new Map([...tables].map((table) => [table, feeds.flatMap((feed) => feed.get(table) ?? [])]));
}
