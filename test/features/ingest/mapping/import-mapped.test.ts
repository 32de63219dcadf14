import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BadInput } from '../../../../features/contract/failure.ts';
import { tenantIdSchema } from '../../../../features/contract/tenant-id.ts';
import { importMapped } from '../../../../features/ingest/mapping/import-mapped.ts';
import {
  accounts,
  platformEvents,
  quarantinedRows,
  subscriptions,
  supportTickets,
} from '../../../../features/ingest/raw-tables.ts';
import { openDuckDbWarehouse } from '../../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse, TableDefinition } from '../../../../features/warehouse/warehouse.ts';
import { readRows } from '../../warehouse/batches.ts';

const now = new Date('2024-06-10T12:00:00Z');
let warehouse: EmbeddedWarehouse;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mapping-'));
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
});
afterEach(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const run = (mapping: string, tenant?: string, isStrict = false) =>
  importMapped({
    warehouse,
    isStrict,
    mappingFile: file('mapping.yaml', mapping),
    clock: () => now,
    ...(tenant === undefined ? {} : { tenantId: tenantIdSchema.parse(tenant) }),
  });

const rowsOf = async (table: TableDefinition, ...columns: string[]) =>
  (await warehouse.describe(table.relation)).length === 0
    ? []
    : readRows(warehouse, { relation: table.relation, columns, where: [], orderBy: columns });

async function refused(mapping: string, tenant?: string): Promise<string> {
  const failure = await run(mapping, tenant, true).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(BadInput);
  for (const table of [platformEvents, accounts, subscriptions, supportTickets])
    expect(await rowsOf(table, 'tenant_id')).toEqual([]);
  return (failure as BadInput).message;
}

const at = (time: string) => Date.parse(time);

/** An accounts file of one row whose creation time is written as given, and its mapping. */
function created(written: string, how: string): string {
  file('customers.csv', `Id;Created\nc1;${written}\n`);
  return `tenant: acme\nfiles:\n  - file: customers.csv\n    table: accounts\n    columns: { account_id: Id, created_at: ${how} }`;
}

describe('times', () => {
  test.each([
    ['03/04/2024', '{ from: Created, format: DD/MM/YYYY }', '2024-04-03T00:00:00Z'],
    ['3/4/2024', '{ from: Created, format: D/M/YYYY }', '2024-04-03T00:00:00Z'],
    ['03/04/2024', '{ from: Created, format: MM/DD/YYYY }', '2024-03-04T00:00:00Z'],
    ['20240403', '{ from: Created, format: YYYYMMDD }', '2024-04-03T00:00:00Z'],
    ['3 Apr 2024', '{ from: Created, format: D MMM YYYY }', '2024-04-03T00:00:00Z'],
    ['04/03/24 1:05 PM', '{ from: Created, format: MM/DD/YY h:mm A }', '2024-04-03T13:05:00Z'],
    ['1712102400', '{ from: Created, format: epoch seconds }', '2024-04-03T00:00:00Z'],
    ['1712102400123', '{ from: Created, format: epoch milliseconds }', '2024-04-03T00:00:00.123Z'],
    ['2024-04-03', 'Created', '2024-04-03T00:00:00Z'],
    ['03.04.2024', '{ from: Created, format: DD.MM.YYYY, zone: Europe/Berlin }', '2024-04-02T22:00:00Z'],
    ['2024-01-03 10:00', '{ from: Created, zone: Europe/Berlin }', '2024-01-03T09:00:00Z'],
    ['2024-04-03T10:00:00+05:00', '{ from: Created, zone: Europe/Berlin }', '2024-04-03T05:00:00Z'],
    ['2024-04-03 10:00:00 +0200', '{ from: Created, format: YYYY-MM-DD HH:mm:ss Z }', '2024-04-03T08:00:00Z'],
    ['03/04/2024 07:30', '{ from: Created, format: [DD/MM/YYYY, DD/MM/YYYY HH:mm] }', '2024-04-03T07:30:00Z'],
  ])('%s as %s', async (written, how, expected) => {
    await run(created(written, how));
    expect(await rowsOf(accounts, 'tenant_id', 'account_id', 'created_at')).toEqual([
      ['acme', 'c1', at(expected)],
    ]);
  });

  test('a text that is not of the format is refused, and never read another way', async () => {
    expect(await refused(created('04/31/2024', '{ from: Created, format: DD/MM/YYYY }'))).toMatch(
      /customers\.csv: 1 row is unusable.*created_at is not a time written DD\/MM\/YYYY \(row 1: "04\/31\/2024"\)/,
    );
    expect(await refused(created('2024-04-03', '{ from: Created, format: DD/MM/YYYY }'))).toMatch(
      /is not a time/,
    );
    expect(await refused(created('soon', '{ from: Created, format: epoch seconds }'))).toMatch(
      /is not a time \(row 1: "soon"\)/,
    );
  });
});

test('numbers: decimal comma, cents, quantity and billing period', async () => {
  file(
    'subs.csv',
    'Customer;Start;Qty;Unit;Every\na;2024-01-01;3;1.999,00 €;month\nb;2024-01-01;1;24.000,50;year\n',
  );
  await run(`tenant: acme
files:
  - file: subs.csv
    table: subscriptions
    columns:
      account_id: Customer
      started_at: Start
      seats: Qty
      mrr: { from: Unit, decimal: comma, scale: 0.01, times: Qty, divide: { by: Every, values: { month: 1, year: 12 } } }
`);
  expect(await rowsOf(subscriptions, 'account_id', 'seats', 'mrr')).toEqual([
    ['a', 3, 59.97],
    ['b', 1, expect.closeTo(20.000417, 6)],
  ]);
});

test('a factor that the mapping does not know is refused with the factor', async () => {
  file('subs.csv', 'Customer,Start,Unit,Every\na,2024-01-01,10,fortnight\n');
  expect(
    await refused(`tenant: acme
files:
  - file: subs.csv
    table: subscriptions
    columns: { account_id: Customer, started_at: Start, mrr: { from: Unit, divide: { by: Every, values: { month: 1 } } } }`),
  ).toMatch(/mrr is not a number \(row 1: "10 ÷ fortnight \(Every\)"\)/);
});

test('words, constants, rows left out, columns ignored; and all of it said', async () => {
  file(
    'tickets.csv',
    [
      'Org,Opened,Priority,Score,Spam,Agent',
      'o1,2024-05-01,P1,NULL,no,x',
      'o1,2024-05-02,P9,4,no,x',
      'o2,2024-05-03,none,5,no,x',
      'o2,2024-05-04,P1,5,yes,x',
      ',2024-05-05,P1,5,no,x',
    ].join('\n'),
  );
  const [report] = await run(`files:
  - file: tickets.csv
    table: support-tickets
    missing: "NULL"
    columns:
      tenant_id: { constant: acme }
      account_id: Org
      opened_at: Opened
      severity: { from: Priority, values: { P1: urgent, none: null } }
      csat: Score
    skip:
      - { column: Spam, equals: "yes" }
      - { column: Org, empty: true }
    unsure: [Score may be out of ten]
`);
  expect(await rowsOf(supportTickets, 'account_id', 'severity', 'csat')).toEqual([
    ['o1', 'P9', 4],
    ['o1', 'urgent', null],
    ['o2', null, 5],
  ]);
  expect(report).toMatchObject({
    rowsRead: 5,
    rowCount: 3,
    inserted: 3,
    skipped: [
      { rule: 'Spam is yes', rows: 1 },
      { rule: 'Org is empty', rows: 1 },
    ],
    ignoredColumns: ['Agent'],
  });
  expect(report!.assumptions).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/closed_at.*: empty, as the mapping gives no column/),
      'opened_at: times without a zone are UTC',
      'severity: 1 word is not in values and stays as written: P9 (1)',
      'unsure: Score may be out of ten',
    ]),
  );
});

test('rows are numbered as in the file, whatever is left out before them', async () => {
  file('t.csv', 'Org,Opened,Spam\no1,2024-05-01,yes\no1,2024-05-01,yes\no1,never,no\n');
  expect(
    await refused(`tenant: acme
files:
  - file: t.csv
    table: support-tickets
    columns: { account_id: Org, opened_at: Opened }
    skip: [{ column: Spam, not: "no" }]`),
  ).toMatch(/row 3: "never"/);
});

describe('an id reached through another file', () => {
  const mapping = (more: string) => `tenant: acme
files:
  - file: usage/*.csv
    table: events
    columns:
      account_id: { from: sub, lookup: { file: subs.csv, key: Sub, value: Customer${more} } }
      event_type: what
      event_time: at
`;

  test('is found, in every file of a pattern', async () => {
    mkdirSync(join(folder, 'usage'));
    file('subs.csv', 'Sub,Customer\ns1,c1\ns2,c1\ns3,c2\n');
    file('usage/2024-01.csv', 'sub,what,at\ns1,login,2024-01-01\ns2,login,2024-01-02\n');
    file('usage/2024-02.csv', 'sub,what,at\ns3,login,2024-02-01\n');
    expect(await run(mapping(''))).toHaveLength(2);
    expect(await rowsOf(platformEvents, 'account_id', 'event_time')).toEqual([
      ['c1', at('2024-01-01')],
      ['c1', at('2024-01-02')],
      ['c2', at('2024-02-01')],
    ]);
  });

  test('is refused when it is unknown, or skipped when asked for', async () => {
    mkdirSync(join(folder, 'usage'));
    file('subs.csv', 'Sub,Customer\ns1,c1\n');
    file('usage/a.csv', 'sub,what,at\ns1,login,2024-01-01\ns9,login,2024-01-02\n');
    expect(await refused(mapping(''))).toMatch(/1 × sub is no Sub of subs\.csv \(row 2: "s9"\)/);
    const [report] = await run(mapping(', unmatched: skip'));
    expect(report!.skipped).toEqual([{ rule: 'sub is no Sub of subs.csv', rows: 1 }]);
    expect(await rowsOf(platformEvents, 'account_id')).toEqual([['c1']]);
  });

  test('is set aside with the row as the file has it, and so is what cannot be read', async () => {
    mkdirSync(join(folder, 'usage'));
    file('subs.csv', 'Sub,Customer\ns1,c1\n');
    file(
      'usage/a.csv',
      'sub,what,at\ns1,login,2024-01-01\ns9,login,2024-01-02\ns1,login,soon\ns1,x,2024-01-04\n',
    );
    const [report] = await run(mapping(''));
    expect(report).toMatchObject({
      rowsRead: 4,
      rowCount: 2,
      inserted: 2,
      quarantined: {
        rows: 2,
        reasons: [
          { reason: 'sub is no Sub of subs.csv', examples: ['row 2: "s9"'] },
          { reason: 'event_time is not a time', examples: ['row 3: "soon"'] },
        ],
      },
    });
    expect(await rowsOf(quarantinedRows, 'row_number', 'tenant_id', 'row')).toEqual([
      [2, 'acme', '{"sub":"s9","what":"login","at":"2024-01-02"}'],
      [3, 'acme', '{"sub":"s1","what":"login","at":"soon"}'],
    ]);
    expect(await rowsOf(platformEvents, 'event_type')).toEqual([['login'], ['x']]);
  });

  test('is numbered as in the file, beside a line with a field too many', async () => {
    file(
      'u.csv',
      'company,day,what\na,2024-01-01,login\nb,2024-01-01,log,in\nc,soon,login\nd,2024-01-02,login\n',
    );
    const [report] = await run(
      'tenant: acme\nfiles:\n  - file: u.csv\n    table: events\n    columns: {account_id: company, event_type: what, event_time: day}\n',
    );
    expect(report).toMatchObject({ rowsRead: 4, rowCount: 2 });
    expect(report!.quarantined.reasons).toMatchObject([
      { reason: '4 fields where the header has 3', examples: ['row 2: "b,2024-01-01,log,in", line 3'] },
      { examples: ['row 3: "soon"'] },
    ]);
    expect(await rowsOf(quarantinedRows, 'row_number', 'tenant_id', 'row')).toEqual([
      [2, 'acme', JSON.stringify({ line: 3, text: 'b,2024-01-01,log,in' })],
      [3, 'acme', JSON.stringify({ company: 'c', day: 'soon', what: 'login' })],
    ]);
  });

  test('keeps nothing of a line whose tenant a word stands for', async () => {
    file('u.csv', 'who,company,day\nA,a,2024-01-01\nB,b,2024-01-01,x\nB,d,2024-01-02\n');
    await run(
      'files:\n  - file: u.csv\n    table: events\n    columns: {tenant_id: {from: who, values: {A: acme, B: zeta}}, account_id: company, event_type: {constant: login}, event_time: day}\n',
    );
    expect(await rowsOf(platformEvents, 'tenant_id')).toEqual([['acme'], ['zeta']]);
    expect(await rowsOf(quarantinedRows, 'row_number', 'tenant_id', 'row')).toEqual([
      [2, null, JSON.stringify({ line: 3 })],
    ]);
  });

  test('is refused when it is two', async () => {
    mkdirSync(join(folder, 'usage'));
    file('subs.csv', 'Sub,Customer\ns1,c1\ns1,c2\n');
    file('usage/a.csv', 'sub,what,at\ns1,login,2024-01-01\n');
    expect(await refused(mapping(''))).toMatch(
      /subs\.csv: Sub "s1" has two values of Customer, "c1" and "c2"/,
    );
  });

  test('no file of a pattern', async () => {
    expect(await refused(mapping(''))).toMatch(/no file matches usage\/\*\.csv/);
  });
});

describe('an event id', () => {
  const usage = 'Id,Customer,Day,logins,exports\nu1,c1,2024-05-01,3,2\nu2,c1,2024-05-02,1,0\n';
  const columns = '{ event_id: Id, account_id: Customer, event_time: Day }';

  test('of a row with counts becomes one for each count, so that the events are told apart', async () => {
    file('usage.csv', usage);
    const [report] = await run(`tenant: acme
files:
  - { file: usage.csv, table: events, columns: ${columns}, counts: { logins: login, exports: data_exported } }`);
    expect(await rowsOf(platformEvents, 'event_id', 'event_type', 'quantity')).toEqual([
      ['u1/exports', 'data_exported', 2],
      ['u1/logins', 'login', 3],
      ['u2/logins', 'login', 1],
    ]);
    expect(report!.assumptions.join()).toContain('event_id: a row makes an event for each count');
  });

  test('may not stand for the events of two mappings of one file', async () => {
    file('usage.csv', usage);
    const once = (type: string) =>
      `  - { file: usage.csv, table: events, columns: { event_id: Id, account_id: Customer, event_time: Day, event_type: { constant: ${type} } } }`;
    expect(await refused(`tenant: acme\nfiles:\n${once('login')}\n${once('data_exported')}`)).toBe(
      `${join(folder, 'mapping.yaml')}: usage.csv is mapped to events twice with the same event_id (Id), so each id would stand for two events and one would be dropped; map the file once with counts, or leave event_id out of one of them`,
    );
  });
});

test('counts become one event each, without those of 0', async () => {
  file('daily.csv', 'day,team,logins,exports\n20240501,t1,3,0\n20240502,t1,,2\n20240503,t1,0,0\n');
  const [report] = await run(`tenant: acme
files:
  - file: daily.csv
    table: events
    columns: { account_id: team, event_time: { from: day, format: YYYYMMDD } }
    counts: { logins: login, exports: data_exported }`);
  expect(report).toMatchObject({ rowsRead: 3, rowCount: 2 });
  expect(await rowsOf(platformEvents, 'event_type', 'event_time', 'quantity')).toEqual([
    ['data_exported', at('2024-05-02'), 2],
    ['login', at('2024-05-01'), 3],
  ]);
});

describe('all or nothing, and once', () => {
  const mapping = `tenant: acme
files:
  - { file: customers.csv, table: accounts, columns: { account_id: Id, created_at: Created, name: Name } }
  - { file: clicks.csv, table: events, columns: { account_id: who, event_type: what, event_time: at } }
`;
  beforeEach(() => {
    file('customers.csv', 'Id,Created,Name\nc1,2024-01-01,Ada\nc2,2024-01-01,Bob\n');
    file('clicks.csv', 'who,what,at\nc1,login,2024-02-01\n');
  });

  test('the same files again change nothing; a changed one comes in', async () => {
    await run(mapping);
    const again = await run(mapping);
    expect(again.map(({ alreadyImported }) => alreadyImported)).toEqual([true, true]);
    expect(await rowsOf(platformEvents, 'account_id')).toEqual([['c1']]);
    file('customers.csv', 'Id,Created,Name\nc1,2024-01-01,Ada L\nc2,2024-01-01,Bob\n');
    const [changed] = await run(mapping);
    expect(changed).toMatchObject({ alreadyImported: false });
    // The earlier version stays.
    expect(await rowsOf(accounts, 'account_id', 'name')).toEqual([
      ['c1', 'Ada'],
      ['c1', 'Ada L'],
      ['c2', 'Bob'],
    ]);
  });

  test('a corrected mapping adds versions that differ, and leaves events as they are', async () => {
    await run(mapping);
    const corrected = mapping.replace('name: Name', 'name: { from: Name, values: { Ada: Ada L } }');
    // Another order of the files changes nothing either.
    const [head, first, second] = corrected.split(/(?=\n {2}- )/);
    const [events, changed] = await run(`${head}${second!.trimEnd()}${first}`);
    expect(events).toMatchObject({ table: 'platform_events', alreadyImported: true });
    expect(changed).toMatchObject({ table: 'accounts', inserted: 1, unchanged: 1 });
    expect(await rowsOf(platformEvents, 'account_id')).toEqual([['c1']]);
  });

  test('a copy of a file counts once, a file that is mapped twice counts twice', async () => {
    const entry = (name: string, type: string) =>
      `  - { file: ${name}, table: events, columns: { account_id: who, event_type: ${type}, event_time: at } }\n`;
    file('copy.csv', 'who,what,at\nc1,login,2024-02-01\n');
    const again = await run(
      `tenant: acme\nfiles:\n${entry('clicks.csv', 'what')}${entry('copy.csv', 'what')}`,
    );
    expect(again.map(({ alreadyImported }) => alreadyImported)).toEqual([false, true]);
    expect(await rowsOf(platformEvents, 'event_type')).toEqual([['login']]);
    await run(
      `tenant: acme\nfiles:\n${entry('clicks.csv', 'what')}${entry('clicks.csv', '{ constant: billing }')}`,
    );
    expect(await rowsOf(platformEvents, 'event_type')).toEqual([['billing'], ['login']]);
  });

  test('a bad row of the last file keeps the first one out', async () => {
    file('clicks.csv', 'who,what,at\nc1,login,whenever\n');
    expect(await refused(mapping)).toMatch(/clicks\.csv: 1 row is unusable/);
  });

  test('a key that comes twice', async () => {
    file('customers.csv', 'Id,Created,Name\nc1,2024-01-01,Ada\nc1,2024-01-01,Bob\n');
    expect(await refused(mapping)).toMatch(/comes again \(row 2: .*first in row 1/);
  });

  test('a file of which nothing is left', async () => {
    expect(
      await refused(`tenant: acme
files:
  - { file: clicks.csv, table: events, columns: { account_id: who, event_type: what, event_time: at }, skip: [{ column: who, equals: c1 }] }`),
    ).toMatch(/the mapping leaves out every row; correct skip or counts/);
    file('clicks.csv', 'who,what,at\n');
    expect(await refused(mapping)).toMatch(/a header and no rows/);
  });

  test('whose rows they are', async () => {
    expect(await refused(mapping.replace('tenant: acme\n', ''))).toMatch(
      /customers\.csv gives no tenant_id, which raw\.accounts needs; add tenant: <id> at the top/,
    );
    expect(await refused(mapping, 'zeta')).toMatch(/the mapping says tenant acme and --tenant says zeta/);
    await run(mapping.replace('tenant: acme\n', ''), 'zeta');
    expect(await rowsOf(accounts, 'tenant_id')).toEqual([['zeta'], ['zeta']]);
  });

  test('columns that are not there, on either side', async () => {
    expect(await refused(mapping.replace('account_id: who', 'account_id: whom'))).toMatch(
      /mapping\.yaml: clicks\.csv has no column whom; did you mean who\?/,
    );
    expect(await refused(mapping.replace(', event_time: at', ''))).toMatch(
      /clicks\.csv gives no event_time, which raw\.platform_events needs; add event_time: <column>/,
    );
  });
});

describe('mistakes in the mapping', () => {
  const one = (entry: string) => `tenant: acme\nfiles:\n  - ${entry}\n`;
  const columns = (more: string) =>
    one(`{ file: a.csv, table: events, columns: { account_id: a, event_type: b, ${more} } }`);

  test.each([
    ['files: [', /it is neither YAML nor JSON: .*line/],
    ['[]', /must be a mapping with files:/],
    ['{}', /files is missing; it must be a list of files/],
    ['files: []', /files: names no file/],
    [one('{ file: a.csv, columns: {} }'), /files\[0\]\.table: is missing; write one of events, accounts/],
    [
      one('{ file: a.csv, table: clicks, columns: {} }'),
      /files\[0\]\.table: "clicks" is no table; write one of/,
    ],
    [one('{ table: events, columns: {} }'), /files\[0\]\.file is missing; it must be the path of a file/],
    [one('{ file: a.csv, table: events }'), /files\[0\]\.columns is missing; it must say where/],
    [
      one('{ file: a.csv, table: events, columns: {}, colums: {} }'),
      /files\[0\]: colums means nothing here; did you mean columns\?/,
    ],
    [
      columns('event_tme: c'),
      /files\[0\]\.columns\.event_tme: is no column of raw\.platform_events; it has .*tenant_id/,
    ],
    [columns('event_time: 3'), /files\[0\]\.columns\.event_time: must be the name of a column, or from:/],
    [columns('event_time: {}'), /event_time: needs either from: .* or constant:/],
    [
      columns('event_time: { constant: x, zone: UTC }'),
      /event_time: has a constant, which takes nothing else/,
    ],
    [
      columns('event_time: { from: c, form: x }'),
      /event_time: form means nothing here; did you mean format\?/,
    ],
    [
      columns('event_time: { from: c, format: DD/MM/YYYY or MM/DD/YYYY }'),
      /format\[0\]: it is still undecided between DD\/MM\/YYYY and MM\/DD\/YYYY; keep the one that is right/,
    ],
    [
      columns('event_time: { from: c, format: HH:mm }'),
      /"HH:mm" does not name year, month and day; write it like/,
    ],
    [
      columns('event_time: { from: c, format: DD/MM/YYYY q }'),
      /has a q, which stands for nothing; write it like/,
    ],
    [
      columns('event_time: { from: c, zone: Mars/Base }'),
      /"Mars\/Base" is no time zone; write it like Europe/,
    ],
    [
      columns('event_time: { from: c, format: YYYY-MM-DD Z, zone: UTC }'),
      /event_time: has a zone and a format that says the zone already; leave one out/,
    ],
    [columns('user_id: { from: c, format: YYYYMMDD }'), /user_id: has a format and holds no times/],
    [columns('user_id: { from: c, zone: UTC }'), /user_id: has a zone and holds no times/],
    [
      columns('user_id: { from: c, scale: 2 }'),
      /user_id: has decimal, scale, times or divide and holds no numbers/,
    ],
    [columns('quantity: { from: c, scale: x }'), /quantity\.scale: must be a number/],
    [columns('quantity: { from: c, decimal: dot }'), /quantity\.decimal: "dot" is neither point nor comma/],
    [columns('quantity: { from: c, divide: { by: d, values: { x: 0 } } }'), /divide\.values\.x: is zero/],
    [
      columns('quantity: { from: c, divide: { over: d } }'),
      /quantity\.divide: over means nothing here; write one of by, values/,
    ],
    [columns('user_id: { from: c, values: [a] }'), /user_id\.values: must say what each word means/],
    [columns('user_id: { from: c, otherwise: a }'), /user_id: says otherwise: without values:/],
    [
      columns('user_id: { from: c, lookup: { file: x.csv, key: k } }'),
      /user_id\.lookup\.value is missing; it must be the name of a column/,
    ],
    [
      columns('user_id: { from: c, lookup: { file: x.csv, key: k, value: v, unmatched: drop } }'),
      /unmatched: "drop" is neither refuse nor skip/,
    ],
    [
      one('{ file: a.csv, table: events, columns: {}, skip: [{ column: a }] }'),
      /files\[0\]\.skip\[0\]: needs one of equals: \(words\), not: \(words\) and empty:/,
    ],
    [
      one('{ file: a.csv, table: events, columns: {}, skip: [{ column: a, equal: x }] }'),
      /files\[0\]\.skip\[0\]: equal means nothing here; did you mean equals\?/,
    ],
    [
      one('{ file: a.csv, table: accounts, columns: {}, counts: { a: b } }'),
      /counts: makes events and belongs to table: events/,
    ],
    [
      one('{ file: a.csv, table: events, columns: { quantity: q }, counts: { a: b } }'),
      /columns\.quantity: comes from counts; leave it out here/,
    ],
    [
      one('{ file: a.csv, table: events, columns: {} }').replace('acme', '" x"'),
      /tenant: is empty, too long or has blanks/,
    ],
  ])('%s', async (mapping, message) => {
    const said = await refused(mapping);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\n|Invalid|Unrecognized|expected/);
  });

  test('several at once, each in its own sentence', async () => {
    expect(await refused(columns('event_time: 3, quantity: { from: c, scale: x }'))).toMatch(
      /it has 2 mistakes: \(1\) .* \(2\) /,
    );
  });

  test('no mapping at the path', async () => {
    await expect(
      importMapped({ warehouse, mappingFile: join(folder, 'absent.yaml'), clock: () => now }),
    ).rejects.toThrow(/absent\.yaml: there is no such file; give the path of a mapping/);
  });
});
