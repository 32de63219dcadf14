import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse, TableDefinition } from '../../../features/warehouse/warehouse.ts';
import { readRows, rowBatches } from './batches.ts';
import { testWarehouse } from './warehouse-suite.ts';

testWarehouse('DuckDB', () => openDuckDbWarehouse({ file: ':memory:' }));

const table: TableDefinition = {
  relation: { schema: 'scores', name: 'states' },
  keyColumns: ['account_id'],
  columns: [
    { name: 'account_id', type: 'integer', nullable: false },
    { name: 'version', type: 'integer', nullable: false },
  ],
};

describe('DuckDB file', () => {
  let folder: string;
  let file: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'warehouse-'));
    file = join(folder, 'warehouse.duckdb');
  });
  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function using<T>(
    work: (warehouse: EmbeddedWarehouse) => Promise<T>,
    options: Partial<Parameters<typeof openDuckDbWarehouse>[0]> = {},
  ): Promise<T> {
    const warehouse = await openDuckDbWarehouse({ file, ...options });
    try {
      return await work(warehouse);
    } finally {
      await warehouse.close();
    }
  }

  const merge = (warehouse: EmbeddedWarehouse, rows: [number, number][]) =>
    warehouse.write([{ mode: 'merge', table, rows: { batches: rowBatches(table, rows) } }]);
  const read = (warehouse: EmbeddedWarehouse) =>
    readRows(warehouse, {
      relation: table.relation,
      columns: ['account_id', 'version'],
      where: [],
      orderBy: ['account_id'],
    });

  /** Runs TypeScript against the driver in a process of its own; resolves when it prints its first line. */
  async function inAnotherProcess(body: string): Promise<void> {
    const driver = new URL('../../../features/warehouse/duckdb/duckdb-warehouse.ts', import.meta.url);
    const program = `
      import { openDuckDbWarehouse } from ${JSON.stringify(driver.href)};
      const table = ${JSON.stringify(table)};
      const numeric = (values) => ({ kind: 'numeric', type: 'integer', values: Float64Array.from(values) });
      const batch = (version) => ({ rowCount: 20000, columns: new Map([
        ['account_id', numeric(Array.from({ length: 20000 }, (_, i) => i))],
        ['version', numeric(Array(20000).fill(version))]]) });
      const warehouse = await openDuckDbWarehouse({ file: ${JSON.stringify(file)} });
      const merge = (batches) => warehouse.write([{ mode: 'merge', table, rows: { batches } }]);
      ${body}`;
    child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(child.stdout!), 'line');
  }

  async function kill(): Promise<void> {
    const exited = once(child!, 'exit');
    child!.kill('SIGKILL');
    await exited;
  }

  test('keeps what was written', async () => {
    await using((warehouse) => merge(warehouse, [[1, 7]]));
    expect(await using(read)).toEqual([[1, 7]]);
    expect(await using(read, { readOnly: true })).toEqual([[1, 7]]);
  });

  test('opening twice in one process shares the database', async () => {
    await using(async (first) => {
      await using(async (second) => {
        await merge(first, [[1, 7]]);
        expect(await read(second)).toEqual([[1, 7]]);
      });
      expect(await read(first)).toEqual([[1, 7]]);
    });
  });

  test('a time without an offset is UTC for any TZ', async () => {
    const zone = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      await using(async (warehouse) => {
        const relation = { schema: 'analytics', name: 'times' };
        const sql = `select timestamptz '2024-01-01 00:00:00' as at, date '2024-01-02' as on_day`;
        await warehouse.transform([{ relation, as: 'table', sql }]);
        expect(await readRows(warehouse, { relation, columns: ['at', 'on_day'], where: [] })).toEqual([
          [Date.UTC(2024, 0, 1), 19724],
        ]);
      });
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('reads every type that dbt may build', async () => {
    await using(async (warehouse) => {
      const relation = { schema: 'analytics', name: 'types' };
      await warehouse.transform([
        {
          relation,
          as: 'view',
          sql: `select 1::tinyint as a, 2::hugeint as b, 3.5::decimal(9,2) as c, 4.5::float as d,
                'x'::enum('x', 'y') as e, null::integer as f, '{"g":1}'::json as g, timestamp_ns '2024-01-01' as h`,
        },
      ]);
      const columns = (await warehouse.describe(relation)).map(({ name, type }) => `${name} ${type}`);
      expect(columns.join(', ')).toBe(
        'a integer, b integer, c number, d number, e text, f integer, g json, h timestamp',
      );
      expect(await readRows(warehouse, { relation, columns: [...'abcdefgh'], where: [] })).toEqual([
        [1, 2, 3.5, 4.5, 'x', null, '{"g":1}', Date.UTC(2024, 0, 1)],
      ]);
    });
  });

  test('text is read whole: empty, long, repeated, beyond ASCII, next to nulls', async () => {
    const texts = [
      '',
      null,
      '',
      'short',
      'short',
      'a text of more than twelve bytes',
      null,
      '日本語のテキスト',
      '🙂',
    ];
    const definition: TableDefinition = {
      relation: { schema: 'raw', name: 'texts' },
      keyColumns: [],
      columns: [{ name: 'text', type: 'text', nullable: true }],
    };
    const rows = texts.map((text) => [text]);
    await using(async (warehouse) => {
      await warehouse.write([
        { mode: 'append', table: definition, rows: { batches: rowBatches(definition, rows) } },
      ]);
      expect(
        await readRows(warehouse, { relation: definition.relation, columns: ['text'], where: [] }),
      ).toEqual(rows);
    });
  });

  describe('transform', () => {
    const first = { schema: 'analytics', name: 'first' };
    const second = { schema: 'analytics', name: 'second' };
    const value = (warehouse: EmbeddedWarehouse, relation = first) =>
      readRows(warehouse, { relation, columns: ['n'], where: [] });

    test('builds in order, reports each, and builds again over tables and views', async () => {
      await using(async (warehouse) => {
        const built: string[] = [];
        const models = (n: number, as: 'table' | 'view') =>
          [
            { relation: first, as, sql: `select ${n} as n` },
            { relation: second, as: 'table', sql: 'select n + 1 as n from analytics.first' },
          ] as const;
        await warehouse.transform(models(1, 'table'), {
          onBuilt: ({ relation }) => void built.push(relation.name),
        });
        expect(built).toEqual(['first', 'second']);
        expect(await value(warehouse, second)).toEqual([[2]]);
        await warehouse.transform(models(5, 'view'));
        await warehouse.transform(models(5, 'view'));
        expect(await value(warehouse, second)).toEqual([[6]]);
        await warehouse.transform(models(8, 'table'));
        expect(await value(warehouse)).toEqual([[8]]);
      });
    });

    test('builds all or none, and says which model failed', async () => {
      await using(async (warehouse) => {
        await warehouse.transform([{ relation: first, as: 'table', sql: 'select 1 as n' }]);
        const broken = warehouse.transform([
          { relation: first, as: 'table', sql: 'select 2 as n' },
          { relation: second, as: 'table', sql: 'select m from analytics.first' },
        ]);
        await expect(broken).rejects.toThrow(/analytics\.second could not be built .*"m"/);
        expect(await value(warehouse)).toEqual([[1]]);
      });
    });

    test('joins as a model is written while it builds, and leaves the engine to choose otherwise', async () => {
      await using(async (warehouse) => {
        const setting = `select current_setting('disabled_optimizers') as n`;
        await warehouse.transform([
          { relation: first, as: 'table', sql: setting },
          { relation: second, as: 'view', sql: setting },
        ]);
        expect(await value(warehouse)).toEqual([['join_order']]);
        expect(await value(warehouse, second)).toEqual([['']]);
        await expect(
          warehouse.transform([{ relation: first, as: 'table', sql: 'select m' }]),
        ).rejects.toThrow(/could not be built/);
        expect(await value(warehouse, second)).toEqual([['']]);
      });
    });

    test('changes come first, what is built can be read at once, and a refusal undoes all', async () => {
      await using(async (warehouse) => {
        await merge(warehouse, [[1, 1]]);
        const seen: unknown[] = [];
        const build = warehouse.transform(
          [{ relation: first, as: 'table', sql: 'select count(*) as n from scores.states' }],
          {
            changes: [{ mode: 'merge', table, rows: { batches: rowBatches(table, [[2, 2]]) } }],
            onBuilt: async ({ read: readBuilt }) => {
              for await (const { columns } of readBuilt({ relation: first, columns: ['n'], where: [] }))
                seen.push(columns.get('n')!.values[0]);
              throw new Error('not fit');
            },
          },
        );
        await expect(build).rejects.toThrow(/not fit/);
        expect(seen).toEqual([2]);
        expect(await read(warehouse)).toEqual([[1, 1]]);
        expect(await warehouse.describe(first)).toEqual([]);
      });
    });
  });

  describe('cannot be opened', () => {
    test('held by another process', async () => {
      await inAnotherProcess(`console.log('open'); setInterval(() => {}, 1000);`);
      const opened = openDuckDbWarehouse({ file, lockTimeoutMs: 200 });
      await expect(opened).rejects.toMatchObject({
        exitCode: 1,
        what: expect.stringMatching(
          new RegExp(`in use by process ${child!.pid} .*still was after 0\\.2 s`),
        ) as string,
      });
    });

    test('waits until the other process is done', async () => {
      await inAnotherProcess(
        `await merge((async function* () { yield batch(1); })()); console.log('open');
         setTimeout(() => warehouse.close(), 400); setTimeout(() => {}, 30000);`,
      );
      expect(await using(read, { lockTimeoutMs: 10_000 })).toHaveLength(20_000);
    });

    test('read-only where there is none', async () => {
      await expect(openDuckDbWarehouse({ file, readOnly: true })).rejects.toThrow(
        /there is no warehouse yet; run/,
      );
    });

    test('not a database', async () => {
      writeFileSync(file, 'tenant_id,account_id\n'.repeat(1000));
      await expect(openDuckDbWarehouse({ file })).rejects.toThrow(
        /the warehouse is damaged .*restore it with/,
      );
    });

    test('in a folder that cannot be created', async () => {
      writeFileSync(join(folder, 'taken'), '');
      const opened = openDuckDbWarehouse({ file: join(folder, 'taken', 'warehouse.duckdb') });
      await expect(opened).rejects.toMatchObject({
        exitCode: 1,
        remedy: expect.stringContaining('CHURN_HOME'),
      });
    });
  });

  describe('killed', () => {
    test('in mid-write leaves the old state', async () => {
      await using((warehouse) => merge(warehouse, [[1, 7]]));
      await inAnotherProcess(
        `await merge((async function* () {
           yield batch(8);
           console.log('midway');
           await new Promise((resolve) => setTimeout(resolve, 30000));
         })());`,
      );
      await kill();
      expect(await using(read)).toEqual([[1, 7]]);
    });

    test('at any moment leaves one whole version', async () => {
      for (let round = 0; round < 4; round++) {
        await inAnotherProcess(
          `console.log('start');
           for (let version = ${round * 1000}; ; version++)
             await merge((async function* () { yield batch(version); })());`,
        );
        await sleep(60 + round * 130);
        await kill();
        const versions = await using(async (warehouse) => {
          await warehouse.ensureTable(table);
          return (await read(warehouse)).map((row) => row[1]);
        });
        expect(new Set(versions).size).toBeLessThanOrEqual(1);
        expect([0, 20_000]).toContain(versions.length);
      }
    });
  });
});
