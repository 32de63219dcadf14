import { afterAll, beforeAll, expect, it } from 'vitest';
import { tablesNaming } from '../../../features/erasure/owned-tables.ts';
import { quarantinedRows } from '../../../features/ingest/raw-tables.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';
import { tenant } from '../../serving/small-marts.ts';
import { append } from '../marts/small-raw-layer.ts';

let warehouse: EmbeddedWarehouse;

beforeAll(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  await warehouse.ensureTable(quarantinedRows);
});
afterAll(() => warehouse.close());

it.each(['acc-77', 'a.b|c', 'x+y/[z]', '{7}^$'])('finds the account %s', async (id) => {
  await append(warehouse, quarantinedRows, [named(id)]);
  expect(await naming(id)).toHaveLength(1);
});

it('does not take an account for one whose id is longer', async () => {
  for (const id of ['acc-7', 'cc-77', '77']) expect(await naming(id), id).toEqual([]);
});

const naming = (accountId: string) =>
  tablesNaming(warehouse, { tenantId: tenant('acme'), accountId }, [
    { relation: quarantinedRows.relation, column: 'row' },
  ]);

const named = (id: string) => ({
  tenant_id: 'acme',
  table_name: 'accounts',
  content_hash: id,
  file_name: 'accounts.csv',
  row_number: 1,
  reason: 'created_at is not a time',
  row: JSON.stringify({ account_id: id }),
  quarantined_at: '2026-12-01',
});
