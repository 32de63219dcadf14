import { copyFile } from 'node:fs/promises';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { accountHash } from '../../features/erasure/account-hash.ts';
import {
  accounts,
  asOfRequests,
  erasures,
  eventKinds,
  platformEvents,
  RAW_TABLES,
  subscriptions,
  supportTickets,
  tenantSettings,
} from '../../features/ingest/raw-tables.ts';
import { loadSimulation } from '../../features/ingest/simulator/load-simulation.ts';
import { simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';
import { buildMarts } from '../../features/marts/build-marts.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { madeUpWorld } from '../features/marts/made-up-world.ts';
import { append, type Row } from '../features/marts/small-raw-layer.ts';
import { writeEveryDriver } from '../serving/scores-mart/every-driver.ts';

/*
 * node --import tsx test/python/fill-warehouses.ts WITH_MARTS WITHOUT_MARTS
 *
 * Writes the same raw rows into two DuckDB files, and builds the marts in the first with the embedded engine:
 * a small simulated platform, a made-up one of updates, late rows and back-fills, and rows of a kind that neither makes.
 */
const [withMarts, withoutMarts] = process.argv.slice(2) as [string, string];

const odd = { tenant_id: 'odd', account_id: 'silent', loaded_at: '2026-06-02' };
const oddEvent = { ...odd, user_id: null, event_type: 'Login ' };

const warehouse = await openDuckDbWarehouse({ file: withMarts });
const endDate = asOfDateSchema.parse('2026-06-29');
const simulation = simulatePlatform({ seed: 7, tenants: 15, months: 8, endDate });
await loadSimulation(warehouse, simulation, () => new Date(0));
await ensureScoresMart(warehouse);
await writeEveryDriver(warehouse);
const madeUp: Readonly<Record<string, readonly Row[]>> = madeUpWorld({ seed: 11, tenants: 15, end: endDate });
for (const table of RAW_TABLES) await append(warehouse, table, madeUp[table.relation.name] ?? []);
await append(warehouse, accounts, [
  { ...odd, created_at: '2025-12-30T23:59:59' },
  { ...odd, account_id: 'lapsed', segment: ' ', created_at: '2026-01-01' },
]);
await append(warehouse, subscriptions, [
  { ...odd, account_id: 'lapsed', seats: 0, mrr: 0.1, started_at: '2026-01-01', renews_at: '2026-04-01' },
  { ...odd, account_id: 'silent', started_at: '2026-01-01' },
]);
await append(warehouse, tenantSettings, [{ tenant_id: 'odd', data_through: '2026-06-02' }]);
await append(warehouse, asOfRequests, [{ as_of_date: '2026-05-13' }]);
await append(warehouse, eventKinds, [
  { event_type: ' Page_View', activity_kind: 'Content' },
  { event_type: 'Renamed', activity_kind: 'report' },
]);
await append(warehouse, platformEvents, [
  { ...oddEvent, event_time: '2026-01-02T00:00:00' },
  { ...oddEvent, event_time: '2026-05-31T23:59:59.999', quantity: 0.1, event_type: 'not mapped' },
  { ...oddEvent, event_time: '2026-05-31T12:00:00', quantity: 1e300, user_id: 'u' },
  { ...oddEvent, event_time: '2026-05-30T12:00:00', quantity: -0.2, account_id: 'unknown' },
  { ...oddEvent, event_time: '2026-05-29T12:00:00', event_type: 'renamed ' },
]);
// Delivered twice, once much later; and an account that is erased and arrives again.
const forgotten = { ...odd, account_id: 'forgotten' };
await append(warehouse, platformEvents, [
  { ...oddEvent, event_id: 'e1', event_time: '2026-05-28T12:00:00' },
  { ...oddEvent, event_id: 'e1 ', event_time: '2026-05-28T12:00:00', loaded_at: '2026-06-03' },
  { ...oddEvent, event_id: 'e2', event_time: '2026-05-28T12:00:00' },
  { ...oddEvent, ...forgotten, event_id: 'e3', event_time: '2026-05-28T12:00:00' },
]);
await append(warehouse, accounts, [{ ...forgotten, created_at: '2026-01-01' }]);
await append(warehouse, subscriptions, [{ ...forgotten, started_at: '2026-01-01' }]);
await append(warehouse, supportTickets, [{ ...forgotten, opened_at: '2026-05-01' }]);
await append(warehouse, erasures, [
  {
    tenant_id: 'odd',
    erasure_id: 'first',
    account_hash: accountHash(tenantIdSchema.parse('odd'), 'forgotten'),
    reason: 'asked for',
    requested_by: 'ops',
    requested_at: '2026-06-01',
    status: 'requested',
    found: '{}',
  },
]);
await warehouse.close();
await copyFile(withMarts, withoutMarts);

const again = await openDuckDbWarehouse({ file: withMarts });
await buildMarts(again);
await again.close();
