import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { readCompiledSql, readMartsManifest } from '../../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { portionsOf } from '../../../features/warehouse/duckdb/portions.ts';
import { relationName } from '../../../features/warehouse/warehouse.ts';
import { madeUpWorld } from './made-up-world.ts';
import { openRawLayer, rowsOf } from './small-raw-layer.ts';

/** Large tables are built portion by portion, and come out as if they had been built at once. */

test('portions have no more rows than were asked for, and hold every row once', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // Days 0 … 9 with 10 rows each, but day 6 with 50.
  await connection.run(`create table counted as
    select date '2026-01-01' + cast(day as integer) as day
    from range(10) as days(day), range(50) as rows(n) where n < 10 or day = 6`);
  await connection.run(
    `create table other as select date '2025-01-01' + cast(n as integer) as day from range(800) as t(n)`,
  );
  const portions = { relation: { schema: 'main', name: 'counted' }, column: 'day' };
  const sizes = async (table: string, rows: number) => {
    const found: number[] = [];
    for (const select of await portionsOf(connection, `select * from ${table}`, { ...portions, rows }))
      found.push((await connection.runAndReadAll(select)).currentRowCount);
    return found;
  };
  expect(await sizes('counted', 1000)).toEqual([140]);
  expect(await sizes('counted', 30)).toEqual([30, 30, 50, 30]);
  expect(await sizes('counted', 5)).toEqual([10, 10, 10, 10, 10, 10, 50, 10, 10, 10]);
  // What is not counted is in the first portion or the last.
  const others = await sizes('other', 30);
  expect(others.reduce((sum, size) => sum + size)).toBe(800);
  await connection.run('delete from counted');
  expect(await portionsOf(connection, 'select 1', { ...portions, rows: 1 })).toEqual(['select 1']);
});

const settings = defaultSettings();
const portioned = readMartsManifest(settings).models.filter(({ portions }) => portions !== undefined);

test('every model that may be built in portions has the same rows then', { timeout: 120_000 }, async () => {
  const warehouse = await openRawLayer(madeUpWorld({ seed: 5, tenants: 12, end: '2026-06-01' }));
  await buildMarts(warehouse);
  expect(portioned.map(relationName)).toContain('analytics.account_features');
  for (const { schema, name, portions } of portioned) {
    const relation = { schema: 'scratch', name };
    const [countedSchema, countedName] = portions!.relation.split('.') as [string, string];
    const counted = { schema: countedSchema, name: countedName };
    await warehouse.transform([
      {
        relation,
        as: 'table',
        sql: readCompiledSql(name, settings),
        portions: { relation: counted, column: portions!.column, rows: 30 },
      },
    ]);
    const sorted = async (of: string) =>
      (await rowsOf(warehouse, of, name)).map((row) => JSON.stringify(row)).sort();
    const rows = await sorted('scratch');
    expect(rows.length).toBeGreaterThan(100);
    expect(rows, name).toEqual(await sorted(schema));
  }
});
