import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import type { Cell } from '../../../features/warehouse/column-batch-of-rows.ts';
import type { TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';
import { readRows, rowBatches } from './batches.ts';

const scores: TableDefinition = {
  relation: { schema: 'suite', name: 'scores' },
  keyColumns: ['tenant_id', 'account_id', 'as_of_date'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    { name: 'probability', type: 'number', nullable: true },
    { name: 'rank', type: 'integer', nullable: true },
    { name: 'is_new', type: 'boolean', nullable: true },
    { name: 'drivers', type: 'json', nullable: true },
    { name: 'scored_at', type: 'timestamp', nullable: true },
  ],
};
const log: TableDefinition = {
  relation: { schema: 'suite', name: 'log' },
  keyColumns: [],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'quantity', type: 'number', nullable: true },
  ],
};
const contracts: TableDefinition = {
  relation: { schema: 'suite', name: 'contracts' },
  keyColumns: [],
  columns: [
    { name: 'contract_id', type: 'text', nullable: true },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'mrr', type: 'number', nullable: true },
    { name: 'valid_from', type: 'timestamp', nullable: true },
    { name: 'loaded_at', type: 'timestamp', nullable: false },
  ],
};
const columns = scores.columns.map(({ name }) => name);
const day = '2024-03-01';
const at = '2024-03-02T01:02:03.004Z';
const ada: Cell[] = ['acme', 'ada', day, 0.25, 1, true, '[{"feature":"events_28d"}]', at];
const bob: Cell[] = ['acme', 'bob', day, null, null, null, null, null];
const zoe: Cell[] = ['zeta', 'zoe', day, 0.5, 2, false, '[]', at];

/** What every warehouse driver must do. `open` gives a warehouse whose schema `suite` is empty. */
export function testWarehouse(name: string, open: () => Promise<Warehouse>): void {
  describe(`${name} warehouse`, () => {
    let warehouse: Warehouse;
    beforeEach(async () => {
      warehouse = await open();
    });
    afterEach(() => warehouse.close());

    const all = (where: Parameters<Warehouse['read']>[0]['where'] = []) =>
      readRows(warehouse, {
        relation: scores.relation,
        columns,
        where,
        orderBy: ['tenant_id', 'account_id'],
      });
    const owners = async () => (await all()).map(([tenantId, accountId]) => `${tenantId} ${accountId}`);
    const merge = (...rows: Cell[][]) =>
      warehouse.write([{ mode: 'merge', table: scores, rows: { batches: rowBatches(scores, rows) } }]);

    test('describes what it created, and nothing for a missing table', async () => {
      expect(await warehouse.describe(scores.relation)).toEqual([]);
      await warehouse.ensureTable(scores);
      await warehouse.ensureTable(scores);
      expect(await warehouse.describe(scores.relation)).toEqual(scores.columns);
    });

    test('refuses a table that exists with other columns', async () => {
      await warehouse.ensureTable(scores);
      const other = { ...scores, columns: scores.columns.slice(0, 4) };
      await expect(warehouse.ensureTable(other)).rejects.toThrow(/suite\.scores.*has .*drivers/);
    });

    test('adds columns of a later version to a table, and fills them for the rows that are there', async () => {
      await merge(ada, bob);
      const later: TableDefinition = {
        ...scores,
        columns: [
          ...scores.columns,
          { name: 'revision', type: 'integer', nullable: false, forEarlierRows: 1 },
          { name: 'is_withdrawn', type: 'boolean', nullable: false, forEarlierRows: false },
          { name: 'note', type: 'text', nullable: true, forEarlierRows: null },
        ],
      };
      const rows = () =>
        readRows(warehouse, {
          relation: later.relation,
          columns: ['account_id', 'revision', 'is_withdrawn', 'note'],
          where: [],
          orderBy: ['account_id'],
        });
      await warehouse.ensureTable(later);
      await warehouse.ensureTable(later);
      const earlier = [
        ['ada', 1, 0, null],
        ['bob', 1, 0, null],
      ];
      expect(await rows()).toEqual(earlier);
      const added = { batches: rowBatches(later, [[...zoe, 2, true, 'late']]) };
      await warehouse.write([{ mode: 'merge', table: later, rows: added }]);
      expect(await rows()).toEqual([...earlier, ['zoe', 2, 1, 'late']]);
      await expect(warehouse.ensureTable(scores)).rejects.toThrow(/has .*revision integer/);
    });

    test('gives back every type and null as it was written', async () => {
      await merge(ada, bob);
      expect(await all()).toEqual([
        ['acme', 'ada', 19783, 0.25, 1, 1, '[{"feature":"events_28d"}]', Date.parse(at)],
        ['acme', 'bob', 19783, null, null, null, null, null],
      ]);
    });

    test('reads an empty table as no rows', async () => {
      await warehouse.ensureTable(scores);
      expect(await all()).toEqual([]);
    });

    test('narrows by key: equality, order, lists, dates and times', async () => {
      await merge(ada, bob, zoe);
      const accounts = async (...where: Parameters<typeof all>[0] & object) =>
        (await all(where)).map((row) => row[1]);
      expect(await accounts({ column: 'tenant_id', is: '=', value: 'acme' })).toEqual(['ada', 'bob']);
      expect(await accounts({ column: 'tenant_id', is: '!=', value: 'acme' })).toEqual(['zoe']);
      expect(await accounts({ column: 'account_id', is: 'in', value: ['zoe', 'bob', "o'no"] })).toEqual([
        'bob',
        'zoe',
      ]);
      expect(await accounts({ column: 'account_id', is: 'in', value: [] })).toEqual([]);
      expect(await accounts({ column: 'as_of_date', is: '<', value: day })).toEqual([]);
      expect(await accounts({ column: 'as_of_date', is: '>=', value: day })).toHaveLength(3);
      expect(await accounts({ column: 'scored_at', is: '<=', value: at })).toEqual(['ada', 'zoe']);
      expect(await accounts({ column: 'rank', is: '>', value: 1 })).toEqual(['zoe']);
      expect(await accounts({ column: 'is_new', is: '=', value: false })).toEqual(['zoe']);
      expect(await accounts({ column: 'tenant_id', is: '=', value: "x' or '1'='1" })).toEqual([]);
    });

    test('gives each combination once when asked for distinct rows', async () => {
      await merge(ada, bob, zoe);
      const tenants = { relation: scores.relation, columns: ['tenant_id'], where: [], distinct: true };
      expect(await readRows(warehouse, { ...tenants, orderBy: ['tenant_id'] })).toEqual([['acme'], ['zeta']]);
    });

    test('streams more rows than a batch holds, in order', async () => {
      const rows = Array.from({ length: 70_000 }, (_, i): Cell[] => ['acme', i % 7 === 0 ? null : i]);
      await warehouse.write([{ mode: 'append', table: log, rows: { batches: rowBatches(log, rows) } }]);
      const sizes: number[] = [];
      const quantities: number[] = [];
      for await (const batch of warehouse.read({
        relation: log.relation,
        columns: ['quantity'],
        where: [{ column: 'quantity', is: '>=', value: 0 }],
        orderBy: ['quantity'],
      })) {
        sizes.push(batch.rowCount);
        quantities.push(...(batch.columns.get('quantity')!.values as Float64Array));
      }
      expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
      expect(quantities).toEqual(rows.map((row) => row[1]).filter((quantity) => quantity !== null));
    });

    test('lets a reader stop early and read again', async () => {
      await merge(ada, bob, zoe);
      for await (const _ of warehouse.read({ relation: scores.relation, columns, where: [] })) break;
      expect(await all()).toHaveLength(3);
    });

    test('names what is missing', async () => {
      const read = (selection: Parameters<Warehouse['read']>[0]) => readRows(warehouse, selection);
      await expect(
        read({ relation: { schema: 'analytics', name: 'account_features' }, columns: ['x'], where: [] }),
      ).rejects.toThrow(/analytics\.account_features: there is no such table.*churn features build/);
      await warehouse.ensureTable(scores);
      await expect(
        read({ relation: scores.relation, columns: ['account_id', 'mood'], where: [] }),
      ).rejects.toThrow(/suite\.scores: there is no column mood/);
    });

    test('merge inserts, updates what differs and leaves equal rows', async () => {
      await merge(ada, bob);
      const changed = [...bob.slice(0, 3), 0.75, ...bob.slice(4)];
      expect(await merge(ada, changed, zoe)).toEqual([
        { read: 3, inserted: 1, updated: 1, unchanged: 1, deleted: 0 },
      ]);
      expect((await all()).map((row) => row[3])).toEqual([0.25, 0.75, 0.5]);
      expect(await merge(ada, changed, zoe)).toEqual([
        { read: 3, inserted: 0, updated: 0, unchanged: 3, deleted: 0 },
      ]);
      expect(await merge()).toEqual([{ read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0 }]);
    });

    test('replacePartition removes what the source no longer has, in the partition only', async () => {
      await merge(ada, bob, zoe);
      const outcome = await warehouse.write([
        {
          mode: 'replacePartition',
          table: scores,
          rows: { batches: rowBatches(scores, [bob, ['acme', 'cat', ...ada.slice(2)]]) },
          partition: [
            { column: 'tenant_id', value: 'acme' },
            { column: 'as_of_date', value: day },
          ],
        },
      ]);
      expect(outcome).toEqual([{ read: 2, inserted: 1, updated: 0, unchanged: 1, deleted: 1 }]);
      expect((await all()).map((row) => row[1])).toEqual(['bob', 'cat', 'zoe']);
    });

    test('replacePartition replaces several partitions of one column in one change', async () => {
      const fox: Cell[] = ['initech', 'fox', ...zoe.slice(2)];
      await merge(ada, bob, zoe, fox);
      const outcome = await warehouse.write([
        {
          mode: 'replacePartition',
          table: scores,
          rows: { batches: rowBatches(scores, [bob]) },
          partition: [
            { column: 'tenant_id', value: ['acme', zoe[0] as string] },
            { column: 'as_of_date', value: day },
          ],
        },
      ]);
      expect(outcome).toEqual([{ read: 1, inserted: 0, updated: 0, unchanged: 1, deleted: 2 }]);
      expect((await all()).map((row) => row[1])).toEqual(['bob', 'fox']);
    });

    test('replacePartition ignores named columns when comparing and keeps the stored value', async () => {
      await merge(ada, bob);
      const later = '2024-03-03T00:00:00.000Z';
      const replace = (...rows: Cell[][]) =>
        warehouse.write([
          {
            mode: 'replacePartition',
            table: scores,
            rows: { batches: rowBatches(scores, rows) },
            partition: [{ column: 'tenant_id', value: 'acme' }],
            ignoreWhenComparing: ['scored_at'],
          },
        ]);
      const adaLater = [...ada.slice(0, 7), later];
      const bobLater = [...bob.slice(0, 3), 0.9, ...bob.slice(4, 7), later];
      expect(await replace(adaLater, bobLater)).toEqual([
        { read: 2, inserted: 0, updated: 1, unchanged: 1, deleted: 0 },
      ]);
      expect((await all()).map((row) => row[7])).toEqual([Date.parse(at), Date.parse(later)]);
    });

    describe('appendRevisions', () => {
      const revised: TableDefinition = {
        relation: { schema: 'suite', name: 'revised' },
        keyColumns: ['tenant_id', 'account_id', 'revision'],
        columns: [
          { name: 'tenant_id', type: 'text', nullable: false },
          { name: 'account_id', type: 'text', nullable: false },
          { name: 'revision', type: 'integer', nullable: false },
          { name: 'probability', type: 'number', nullable: true },
          { name: 'drivers', type: 'json', nullable: true },
          { name: 'run_id', type: 'text', nullable: false },
        ],
      };
      const add = async (runId: string, ...rows: Cell[][]) => {
        const staged = rows.map(([tenantId, accountId, ...values]) => [
          tenantId!,
          accountId!,
          1,
          ...values,
          runId,
        ]);
        const [outcome] = await warehouse.write([
          {
            mode: 'appendRevisions',
            table: revised,
            rows: { batches: rowBatches(revised, staged) },
            partition: [{ column: 'tenant_id', value: ['acme', "o'no"] }],
            ignoreWhenComparing: ['run_id'],
          },
        ]);
        return outcome;
      };
      const revisions = () =>
        readRows(warehouse, {
          relation: revised.relation,
          columns: ['account_id', 'revision', 'probability', 'drivers', 'run_id'],
          where: [],
          orderBy: ['account_id', 'revision'],
        });

      test('numbers what differs from the latest on, and changes nothing that is there', async () => {
        expect(await add('first', ['acme', 'ada', 0.5, '[]'], ["o'no", 'bob', null, null])).toEqual({
          read: 2,
          inserted: 2,
          updated: 0,
          unchanged: 0,
          deleted: 0,
        });
        expect(
          await add(
            'second',
            ['acme', 'ada', 0.5, '[1]'],
            ["o'no", 'bob', null, null],
            ['acme', 'cat', 1, '[]'],
          ),
        ).toMatchObject({ read: 3, inserted: 2, unchanged: 1 });
        // Back to what it was before is a revision too.
        expect(await add('third', ['acme', 'ada', 0.5, '[]'])).toMatchObject({ inserted: 1, unchanged: 0 });
        expect(await add('fourth', ['acme', 'ada', 0.5, '[]'])).toMatchObject({ inserted: 0, unchanged: 1 });
        expect(await revisions()).toEqual([
          ['ada', 1, 0.5, '[]', 'first'],
          ['ada', 2, 0.5, '[1]', 'second'],
          ['ada', 3, 0.5, '[]', 'third'],
          ['bob', 1, null, null, 'first'],
          ['cat', 1, 1, '[]', 'second'],
        ]);
      });

      test('refuses rows outside the partition and keys that come twice', async () => {
        await add('first', ['acme', 'ada', 0.5, '[]']);
        await expect(add('second', ['zeta', 'zoe', 0.5, '[]'])).rejects.toThrow(/1 rows lie outside/);
        await expect(add('second', ['acme', 'ada', 0.1, '[]'], ['acme', 'ada', 0.2, '[]'])).rejects.toThrow(
          /more than once/,
        );
        expect(await revisions()).toHaveLength(1);
      });
    });

    describe('appendVersions', () => {
      const [monday, tuesday, friday] = ['2024-03-04', '2024-03-05', '2024-03-08'].map(
        (date) => `${date}T02:00:00.000Z`,
      );
      const load = async (loadedAt: string, ...rows: Cell[][]) => {
        const batches = rowBatches(
          contracts,
          rows.map((row) => [...row, loadedAt]),
        );
        const change = { mode: 'appendVersions', table: contracts, rows: { batches } } as const;
        const [outcome] = await warehouse.write([{ ...change, versionKey: ['contract_id', 'account_id'] }]);
        return outcome;
      };
      const versions = () =>
        readRows(warehouse, {
          relation: contracts.relation,
          columns: ['account_id', 'mrr', 'loaded_at'],
          where: [],
          orderBy: ['account_id', 'loaded_at', 'mrr'],
        });

      test('adds a version that differs from the last one loaded, and overwrites none', async () => {
        expect(await load(monday!, [null, 'ada', 10, null], [null, 'bob', null, null])).toEqual({
          read: 2,
          inserted: 2,
          updated: 0,
          unchanged: 0,
          deleted: 0,
        });
        expect(await load(tuesday!, [null, 'ada', 20, null], [null, 'bob', null, null])).toMatchObject({
          inserted: 1,
          unchanged: 1,
        });
        // Back to what it was before is a change too.
        expect(await load(friday!, [null, 'ada', 10, null])).toMatchObject({ inserted: 1, unchanged: 0 });
        expect(await versions()).toEqual([
          ['ada', 10, Date.parse(monday!)],
          ['ada', 20, Date.parse(tuesday!)],
          ['ada', 10, Date.parse(friday!)],
          ['bob', null, Date.parse(monday!)],
        ]);
      });

      test('keeps a version that says from when it holds once, whenever it is loaded', async () => {
        const [january, february] = ['2024-01-01', '2024-02-01'];
        await load(monday!, ['c1', 'ada', 10, january!], ['c1', 'ada', 20, february!]);
        expect(
          await load(
            tuesday!,
            ['c1', 'ada', 10, january!],
            ['c2', 'ada', 10, january!],
            ['c1', 'ada', 10, february!],
          ),
        ).toMatchObject({ inserted: 2, unchanged: 1 });
      });

      test('refuses two versions of one key that hold from the same time', async () => {
        await warehouse.ensureTable(contracts);
        await expect(load(monday!, [null, 'ada', 10, null], [null, 'ada', 20, null])).rejects.toThrow(
          /more than once/,
        );
        expect(await versions()).toEqual([]);
      });

      test('in a table without versions adds the rows that are not there, equal ones of one load all', async () => {
        const clicks: TableDefinition = {
          relation: { schema: 'suite', name: 'clicks' },
          keyColumns: [],
          columns: contracts.columns.filter(({ name }) => name !== 'valid_from'),
        };
        const click = async (loadedAt: string, ...rows: Cell[][]) => {
          const batches = rowBatches(
            clicks,
            rows.map((row) => [...row, loadedAt]),
          );
          const rowSource = { batches };
          const [outcome] = await warehouse.write([
            { mode: 'appendVersions', table: clicks, rows: rowSource, versionKey: [] },
          ]);
          return outcome;
        };
        const [same, other, more]: Cell[][] = [
          [null, 'ada', 1],
          [null, 'ada', null],
          ['c1', 'bob', 1],
        ];
        expect(await click(monday!, same!, same!, other!)).toMatchObject({ inserted: 3, unchanged: 0 });
        expect(await click(friday!, same!, same!, other!, more!)).toMatchObject({
          inserted: 1,
          unchanged: 3,
        });
      });
    });

    test('refuses rows outside the partition, double keys and missing keys, and changes nothing', async () => {
      await merge(ada);
      const before = await all();
      const partition = [{ column: 'tenant_id', value: 'acme' }];
      const write = (rows: Cell[][]) =>
        warehouse.write([
          { mode: 'replacePartition', table: scores, rows: { batches: rowBatches(scores, rows) }, partition },
        ]);
      await expect(write([bob, zoe])).rejects.toThrow(/1 rows lie outside the partition.*tenant_id = acme/);
      await expect(write([bob, bob])).rejects.toThrow(/1 keys .*more than once, the first is \(acme, bob/);
      await expect(write([['acme', null, ...bob.slice(2)]])).rejects.toThrow(/account_id/);
      expect(await all()).toEqual(before);
    });

    test('refuses to append a key that is there already', async () => {
      await merge(ada);
      const append = warehouse.write([
        { mode: 'append', table: scores, rows: { batches: rowBatches(scores, [ada, bob]) } },
      ]);
      await expect(append).rejects.toThrow(/1 of 2 rows to append are already there/);
      expect(await all()).toHaveLength(1);
    });

    test('makes all changes of a write visible together, or none', async () => {
      await warehouse.ensureTable(log);
      const append = (rows: Cell[][]) =>
        ({ mode: 'append', table: log, rows: { batches: rowBatches(log, rows) } }) as const;
      const mergeOf = (rows: Cell[][]) =>
        ({ mode: 'merge', table: scores, rows: { batches: rowBatches(scores, rows) } }) as const;
      await expect(warehouse.write([append([['acme', 1]]), mergeOf([bob, bob])])).rejects.toThrow();
      const logged = () => readRows(warehouse, { relation: log.relation, columns: ['quantity'], where: [] });
      expect(await logged()).toEqual([]);
      await warehouse.write([append([['acme', 1]]), mergeOf([bob])]);
      expect(await logged()).toEqual([[1]]);
      expect(await all()).toHaveLength(1);
    });

    test('a source that fails half-way leaves the old state', async () => {
      await merge(ada);
      async function* broken() {
        yield* rowBatches(scores, [bob]);
        throw new TypeError('the source broke');
      }
      await expect(
        warehouse.write([{ mode: 'merge', table: scores, rows: { batches: broken() } }]),
      ).rejects.toThrow('the source broke');
      expect(await all()).toHaveLength(1);
    });

    test('refuses a fraction in a whole-number column', async () => {
      await expect(merge(['acme', 'ada', day, 0.5, 1.5, null, null, null])).rejects.toThrow(
        /not a whole number/,
      );
    });

    test('concurrent writes of one process run one after the other', async () => {
      await warehouse.ensureTable(scores);
      await Promise.all([merge(ada), merge(bob), merge(zoe), merge(ada)]);
      expect(await all()).toHaveLength(3);
    });

    describe('Parquet', () => {
      let folder: string;
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'warehouse-parquet-'));
      });
      afterEach(() => rmSync(folder, { recursive: true, force: true }));

      test('exports a selection and loads it back to the same rows', async () => {
        await merge(ada, bob, zoe);
        const before = await all();
        const file = join(folder, "acme's.parquet");
        const where = [{ column: 'tenant_id', is: '=', value: 'acme' }] as const;
        expect(await warehouse.exportParquet({ relation: scores.relation, columns, where }, file)).toEqual({
          rowCount: 2,
        });
        expect(readdirSync(folder)).toEqual(["acme's.parquet"]);
        expect(
          await warehouse.write([{ mode: 'merge', table: scores, rows: { parquetFile: file } }]),
        ).toEqual([{ read: 2, inserted: 0, updated: 0, unchanged: 2, deleted: 0 }]);
        expect(await all()).toEqual(before);
      });

      test('leaves nothing behind when an export fails', async () => {
        await merge(ada);
        const file = join(folder, 'absent', 'x.parquet');
        await expect(
          warehouse.exportParquet({ relation: scores.relation, columns, where: [] }, file),
        ).rejects.toThrow(/suite\.scores could not be written/);
        expect(readdirSync(folder)).toEqual([]);
      });

      test('refuses a file with other columns or types', async () => {
        await merge(ada);
        const file = join(folder, 'some.parquet');
        const load = (table: TableDefinition) =>
          warehouse.write([{ mode: 'append', table, rows: { parquetFile: file } }]);
        await warehouse.exportParquet(
          { relation: scores.relation, columns: ['tenant_id', 'rank'], where: [] },
          file,
        );
        await expect(load(log)).rejects.toThrow(/some\.parquet.*no column quantity/);
        const ranks = { ...log, relation: { schema: 'suite', name: 'ranks' } };
        const rank = (type: 'text' | 'number') => ({
          ...ranks,
          columns: [log.columns[0]!, { name: 'rank', type, nullable: true }],
        });
        await expect(load(rank('text'))).rejects.toThrow(/column rank is BIGINT .* and text/);
        await expect(load({ ...ranks, columns: [log.columns[0]!] })).rejects.toThrow(/a column rank that/);
        expect(await load(rank('number'))).toEqual([
          { read: 1, inserted: 1, updated: 0, unchanged: 0, deleted: 0 },
        ]);
      });
    });

    test("deletes an account's rows or a tenant's, and nobody else's", async () => {
      const acme = tenantIdSchema.parse('acme');
      const zed: Cell[] = ['zeta', 'ada', day, null, null, null, null, null];
      await merge(ada, bob, zoe, zed);
      await warehouse.write([
        {
          mode: 'append',
          table: log,
          rows: {
            batches: rowBatches(log, [
              ['acme', 1],
              ['zeta', 2],
            ]),
          },
        },
      ]);
      const account = { tenantId: acme, accountId: 'ada' };
      expect(await warehouse.deleteRowsOf(account, [scores.relation])).toEqual([1]);
      expect(await owners()).toEqual(['acme bob', 'zeta ada', 'zeta zoe']);
      expect(await warehouse.deleteRowsOf(account, [scores.relation])).toEqual([0]);
      const tenant = { tenantId: acme, accountId: null };
      expect(await warehouse.deleteRowsOf(tenant, [scores.relation, log.relation])).toEqual([1, 1]);
      expect(await owners()).toEqual(['zeta ada', 'zeta zoe']);
    });

    test('deletes what lies before a day from all tables or none, and nothing that has no day', async () => {
      const old: Cell[] = ['acme', 'old', '2024-02-29', null, null, null, null, at];
      await merge(ada, bob, old);
      const rows = { relation: scores.relation, column: 'as_of_date', before: new Date(day) };
      const wrong = { ...rows, column: 'account_id' };
      await expect(warehouse.deleteRowsBefore([rows, wrong])).rejects.toThrow(
        /no column account_id with a date/,
      );
      expect(await owners()).toContain('acme old');
      expect(await warehouse.deleteRowsBefore([rows])).toEqual([1]);
      expect(await owners()).not.toContain('acme old');
      expect(await warehouse.deleteRowsBefore([rows])).toEqual([0]);
      // By a time to the millisecond; bob has none.
      const scored = { relation: scores.relation, column: 'scored_at' };
      expect(await warehouse.deleteRowsBefore([{ ...scored, before: new Date(at) }])).toEqual([0]);
      const later = new Date(new Date(at).getTime() + 1);
      expect(await warehouse.deleteRowsBefore([{ ...scored, before: later }])).toEqual([1]);
      expect(await owners()).toEqual(['acme bob']);
    });

    test('deletes from all tables or none, and from no table that does not say whose its rows are', async () => {
      const account = { tenantId: tenantIdSchema.parse('acme'), accountId: 'ada' };
      await merge(ada, bob);
      await warehouse.ensureTable(log);
      const missing = { schema: 'suite', name: 'missing' };
      for (const table of [log.relation, missing])
        await expect(warehouse.deleteRowsOf(account, [scores.relation, table])).rejects.toThrow(
          /has no column (account_id|tenant_id), so it cannot be said whose its rows are/,
        );
      expect(await owners()).toEqual(['acme ada', 'acme bob']);
    });
  });
}
