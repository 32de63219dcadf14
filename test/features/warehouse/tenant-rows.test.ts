import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TenantId, tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import { columnBatchOfRows } from '../../../features/warehouse/column-batch-of-rows.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowSource } from '../../../features/warehouse/row-source.ts';
import { inTenantOrder, rowsByTenant, TenantCursor } from '../../../features/warehouse/tenant-rows.ts';
import { acrossTenants } from '../../../features/warehouse/tenant-warehouse.ts';
import type { TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';

const notes: TableDefinition = {
  relation: { schema: 'scores', name: 'notes' },
  keyColumns: [],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'note', type: 'text', nullable: false },
  ],
};
const selection = { relation: notes.relation, columns: ['note'], orderBy: ['note'] };
/** UTF-16, in which JavaScript compares texts, sorts the last two the other way round. */
const IDS = ['Zed', 'acme', 'ähre', 'zeta', '\uFF21lpha', '😀'];
/** More than one batch holds, so that a tenant is cut by the end of a batch. */
const NOTES = 30_000;

const ids = (tenants: readonly string[]): TenantId[] => tenants.map((id) => tenantIdSchema.parse(id));

describe('rows of several tenants', () => {
  let warehouse: Warehouse;

  beforeAll(async () => {
    warehouse = await openDuckDbWarehouse({ file: ':memory:' });
    const rows = IDS.flatMap((tenant_id) =>
      Array.from({ length: NOTES }, (_, at) => ({ tenant_id, note: `${tenant_id} ${at}` })),
    );
    const batch = columnBatchOfRows(notes.columns, rows);
    await warehouse.write([{ mode: 'append', table: notes, rows: rowSource(batch) }]);
  });

  afterAll(() => warehouse.close());

  const stream = () => rowsByTenant(acrossTenants(warehouse, 'serving snapshot'), selection);

  it('come tenant by tenant, each once and whole, and with nobody else’s', async () => {
    const seen: string[] = [];
    for await (const { tenantId, batches } of withBatches()) {
      seen.push(tenantId);
      expect(batches.flatMap(({ notes }) => notes)).toHaveLength(NOTES);
      expect(batches.every(({ notes }) => notes.every((note) => note?.startsWith(`${tenantId} `)))).toBe(
        true,
      );
    }
    expect(seen).toEqual(ids(IDS).sort(inTenantOrder));
  });

  it('are taken in step with other streams: none where there are none, and nobody’s in between', async () => {
    const cursor = new TenantCursor(stream());
    const asked = ids(['absent', 'acme', 'zeta', 'zz', '\uFF21lpha', '😀', '😁']).sort(inTenantOrder);
    const found: [string, number][] = [];
    for (const tenantId of asked) {
      const rows = await cursor.take(tenantId);
      expect(rows.tenantId).toBe(tenantId);
      let count = 0;
      for await (const batch of rows.batches()) count += batch.rowCount;
      found.push([tenantId, count]);
    }
    expect(found.filter(([, count]) => count > 0).map(([id]) => id)).toEqual([
      'acme',
      'zeta',
      '\uFF21lpha',
      '😀',
    ]);
    expect(new Set(found.map(([, count]) => count))).toEqual(new Set([0, NOTES]));
    await cursor.close();
  });

  async function* withBatches() {
    for await (const rows of stream()) {
      const batches: { readonly notes: readonly (string | null)[] }[] = [];
      for await (const batch of rows.batches()) {
        const column = batch.columns.get('note');
        if (column?.kind !== 'text') throw new TypeError('notes are texts');
        batches.push({ notes: column.values });
      }
      yield { tenantId: rows.tenantId, batches };
    }
  }
});
