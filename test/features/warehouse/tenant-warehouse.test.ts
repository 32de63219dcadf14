import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATOR_TENANT, tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import { accounts, asOfRequests } from '../../../features/ingest/raw-tables.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { ReaderSelection, TenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import { acrossTenants, tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch, EmbeddedWarehouse, KeyFilter } from '../../../features/warehouse/warehouse.ts';
import { rowBatches } from './batches.ts';

const acme = tenantIdSchema.parse('acme');
const created = '2024-01-01T00:00:00.000Z';
let warehouse: EmbeddedWarehouse;

beforeEach(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  const rows = [
    ['acme', 'a1', null, null, null, null, created, null, created],
    ['acme', 'a2', null, null, null, null, created, null, created],
    ['zeta', 'z1', null, null, null, null, created, null, created],
    ['platform', 'acme', null, null, null, null, created, null, created],
  ];
  await warehouse.write([{ mode: 'append', table: accounts, rows: { batches: rowBatches(accounts, rows) } }]);
});
afterEach(() => warehouse.close());

async function accountIds(
  reader: { read(selection: ReaderSelection): AsyncIterable<ColumnBatch> },
  where: readonly KeyFilter[] = [],
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const selection = { relation: accounts.relation, columns: ['account_id'], orderBy: ['account_id'] };
  for await (const batch of reader.read({ ...selection, where }))
    found.push(...batch.columns.get('account_id')!.values);
  return found;
}

test('reads the rows of one tenant only, for any selection', async () => {
  expect(await accountIds(tenantReader(warehouse, acme))).toEqual(['a1', 'a2']);
  expect(await accountIds(tenantReader(warehouse, OPERATOR_TENANT))).toEqual(['acme']);
  const reader = tenantReader(warehouse, acme);
  expect(await accountIds(reader, [{ column: 'tenant_id', is: '=', value: 'zeta' }])).toEqual([]);
  expect(await accountIds(reader, [{ column: 'account_id', is: 'in', value: ['a1', 'z1'] }])).toEqual(['a1']);
});

test('an empty tenant has no rows', async () => {
  expect(await accountIds(tenantReader(warehouse, tenantIdSchema.parse('nobody')))).toEqual([]);
});

test('refuses a relation without a tenant column', async () => {
  await warehouse.ensureTable(asOfRequests);
  const reader = tenantReader(warehouse, acme);
  const read = reader.read({ relation: asOfRequests.relation, columns: ['as_of_date'] });
  await expect(read.next()).rejects.toThrow(/raw\.as_of_requests: it has no tenant_id column/);
});

test('names a relation that does not exist', async () => {
  const relation = { schema: 'analytics', name: 'account_features' };
  const read = tenantReader(warehouse, acme).read({ relation, columns: ['account_id'] });
  await expect(read.next()).rejects.toThrow(/analytics\.account_features: there is no such table/);
});

test('reading across tenants must be explicit', async () => {
  const reader = acrossTenants(warehouse, 'training');
  expect(reader.purpose).toBe('training');
  expect(await accountIds(reader)).toEqual(['a1', 'a2', 'acme', 'z1']);
});

test('the compiler refuses code that could leak', () => {
  const serve = (_reader: TenantReader): void => undefined;
  const neverRun = (): void => {
    // @ts-expect-error a whole warehouse is no tenant's reader
    serve(warehouse);
    // @ts-expect-error reading across tenants is no tenant's reader
    serve(acrossTenants(warehouse, 'training'));
    // @ts-expect-error a plain string is no tenant id
    serve(tenantReader(warehouse, 'acme'));
    // @ts-expect-error a look-alike is no reader: readers come from tenantReader only
    serve({ tenantId: acme, read: () => warehouse.read, exportParquet: warehouse.exportParquet });
    // @ts-expect-error the purpose is one of a known few
    acrossTenants(warehouse, 'because');
    serve(tenantReader(warehouse, acme));
  };
  expect(neverRun).toBeTypeOf('function');
});
