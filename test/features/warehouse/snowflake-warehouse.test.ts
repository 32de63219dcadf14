import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openTableFile } from '../../../features/files/table-file.ts';
import type { Cell } from '../../../features/warehouse/column-batch-of-rows.ts';
import { securityDefinitions } from '../../../features/warehouse/snowflake/security/security-definitions.ts';
import { securityPlan } from '../../../features/warehouse/snowflake/security/security-plan.ts';
import { SnowflakeSession } from '../../../features/warehouse/snowflake/snowflake-session.ts';
import { openSnowflakeWarehouse } from '../../../features/warehouse/snowflake/snowflake-warehouse.ts';
import type { KeyFilter, TableDefinition } from '../../../features/warehouse/warehouse.ts';
import { openTestWarehouse, type TestWarehouse } from '../../snowflake-endpoint/open-test-warehouse.ts';
import { readRows, rowBatches } from './batches.ts';
import { testWarehouse } from './warehouse-suite.ts';

const opened: TestWarehouse[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

testWarehouse('Snowflake', async () => {
  const test = await openTestWarehouse();
  opened.push(test);
  return test.warehouse;
});

const awkward: TableDefinition = {
  relation: { schema: 'suite', name: 'awkward' },
  keyColumns: ['account_id'],
  columns: [
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'on_day', type: 'date', nullable: true },
    { name: 'at', type: 'timestamp', nullable: true },
    { name: 'share', type: 'number', nullable: true },
    { name: 'is_new', type: 'boolean', nullable: true },
  ],
};
const rows: Cell[][] = [
  ["o'no", '2024-02-29', '2024-02-29T23:59:59.999Z', -0.5, true],
  ['back\\slash', '1969-12-31', '1969-12-31T00:00:00.001Z', 1e-7, false],
  ["both\\' or '1'='1", null, null, null, null],
  ['what?', '2024-03-01', '2024-03-01T00:00:00.000Z', 3, true],
];

test.each<[string, KeyFilter, string[]]>([
  ['a quote', { column: 'account_id', is: '=', value: "o'no" }, ["o'no"]],
  ['a backslash', { column: 'account_id', is: '=', value: 'back\\slash' }, ['back\\slash']],
  [
    'a list of both',
    { column: 'account_id', is: 'in', value: ["both\\' or '1'='1", 'what?'] },
    ["both\\' or '1'='1", 'what?'],
  ],
  ['a day', { column: 'on_day', is: '<', value: '1970-01-01' }, ['back\\slash']],
  ['a time', { column: 'at', is: '>=', value: '2024-03-01T00:00:00.000Z' }, ['what?']],
  ['a fraction', { column: 'share', is: '<=', value: 1e-7 }, ['back\\slash', "o'no"]],
  ['a truth', { column: 'is_new', is: '=', value: false }, ['back\\slash']],
])('an unload is narrowed by %s', async (_name, filter, expected) => {
  const test = await openTestWarehouse();
  opened.push(test);
  const folder = mkdtempSync(join(tmpdir(), 'snowflake-unload-'));
  try {
    const { warehouse } = test;
    await warehouse.write([{ mode: 'merge', table: awkward, rows: { batches: rowBatches(awkward, rows) } }]);
    const file = join(folder, 'rows.parquet');
    const columns = awkward.columns.map(({ name }) => name);
    await warehouse.exportParquet(
      { relation: awkward.relation, columns, where: [filter], orderBy: ['account_id'] },
      file,
    );
    const source = await openTableFile(file);
    const found: unknown[] = [];
    for await (const batch of source.read(columns)) found.push(...batch.columns.get('account_id')!.values);
    expect(source.columns.map(({ type }) => type)).toEqual(awkward.columns.map(({ type }) => type));
    await source.close();
    expect(found).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('neither the account’s time zone, nor its names, nor its transactions reach a session', async () => {
  const test = await openTestWarehouse({
    accountParameters: {
      TIMEZONE: 'Asia/Kolkata',
      QUOTED_IDENTIFIERS_IGNORE_CASE: 'true',
      AUTOCOMMIT: 'false',
    },
  });
  opened.push(test);
  const [one, other] = [await SnowflakeSession.open(test.options), await SnowflakeSession.open(test.options)];
  await one.execute('create table "lower" ("at" timestamp_ntz)');
  await one.execute(
    `insert into "lower" ("at") select convert_timezone('UTC', '2026-03-01 00:00:00'::timestamp_tz)::timestamp_ntz`,
  );
  const { rows: found, columns } = await other.execute(
    'select date_part(epoch_millisecond, "at") as "at" from "lower"',
  );
  expect([columns, found]).toEqual([['at'], [[Date.parse('2026-03-01T00:00:00Z')]]]);
  await Promise.all([one.close(), other.close()]);
});

test('the definitions add columns of a later version to a table with rows, and change nothing when run again', async () => {
  const administrator = {
    name: 'admin',
    password: 'a password',
    roles: ['ACCOUNTADMIN'],
    defaultRole: 'ACCOUNTADMIN',
  };
  const test = await openTestWarehouse({ users: [administrator] }, { user: 'admin', role: 'ACCOUNTADMIN' });
  opened.push(test);
  const { warehouse } = test;
  await warehouse.write([{ mode: 'merge', table: awkward, rows: { batches: rowBatches(awkward, rows) } }]);
  const later: TableDefinition = {
    ...awkward,
    columns: [
      ...awkward.columns,
      { name: 'revision', type: 'integer', nullable: false, forEarlierRows: 1 },
      { name: 'note', type: 'text', nullable: true, forEarlierRows: null },
    ],
  };
  const place = { database: 'CHURN', warehouse: 'CHURN' };
  const scope = {
    ...place,
    tables: [later],
    runs: later,
    imports: later,
    erasures: later,
    raw: [],
    landing: 'shared',
    landed: [],
    landingSchemas: [],
    marts: [],
    riskColumns: [],
    tenantIds: [],
  } as const;
  const session = await SnowflakeSession.open({ ...test.options, role: 'ACCOUNTADMIN' });
  for (const statement of [1, 2].flatMap(() => securityDefinitions(securityPlan(scope))))
    await session.execute(statement);
  await session.close();
  const other = openSnowflakeWarehouse(test.options);
  await other.ensureTable(later);
  expect(await other.describe(later.relation)).toEqual(
    later.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
  );
  const selection = { relation: later.relation, columns: ['revision', 'note'], where: [] };
  expect(await readRows(other, selection)).toEqual(rows.map(() => [1, null]));
  await other.close();
});
