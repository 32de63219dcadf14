import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BadInput } from '../../../features/contract/failure.ts';
import { tenantIdSchema } from '../../../features/contract/tenant-id.ts';
import type { ImportOptions } from '../../../features/ingest/import-file.ts';
import { importFile } from '../../../features/ingest/import-file.ts';
import {
  accounts,
  backfills,
  importedFiles,
  platformEvents,
  quarantinedRows,
  subscriptions,
  supportTickets,
} from '../../../features/ingest/raw-tables.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse, TableDefinition } from '../../../features/warehouse/warehouse.ts';
import { readRows } from '../warehouse/batches.ts';

const now = new Date('2024-03-10T12:00:00Z');
const acme = tenantIdSchema.parse('acme');
let warehouse: EmbeddedWarehouse;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
});
afterEach(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const run = (options: Omit<ImportOptions, 'warehouse' | 'clock'>) =>
  importFile({ warehouse, clock: () => now, ...options });

const rowsOf = async (table: TableDefinition, ...columns: string[]) =>
  (await warehouse.describe(table.relation)).length === 0
    ? []
    : readRows(warehouse, { relation: table.relation, columns, where: [], orderBy: columns });

async function refused(options: Omit<ImportOptions, 'warehouse' | 'clock'>): Promise<string> {
  const failure = await run({ isStrict: true, ...options }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(BadInput);
  for (const table of [platformEvents, accounts, subscriptions, importedFiles, quarantinedRows])
    expect(await rowsOf(table, ...table.columns.map(({ name }) => name))).toEqual([]);
  return (failure as BadInput).message;
}

const events = [
  'tenant_id,account_id,user_id,event_type,event_time,quantity,properties',
  'acme,a1,u1,login,2024-03-01T10:00:00Z,,',
  'acme,a1,,email,2024-03-01T10:00:00+02:00,2.5,"{""campaign"":""spring, early""}"',
  'zeta,z1,u9,login,2024-03-02,-1,{}',
  '',
].join('\n');

describe('what comes in', () => {
  test('events from CSV: times to UTC, empty fields to null, loaded now', async () => {
    const report = await run({ table: 'events', file: file('events.csv', events) });
    expect(report).toMatchObject({
      table: 'platform_events',
      alreadyImported: false,
      importedAt: now,
      rowCount: 3,
      inserted: 3,
    });
    const columns = [
      'account_id',
      'user_id',
      'event_type',
      'event_time',
      'quantity',
      'properties',
      'loaded_at',
    ];
    const at = (iso: string): number => Date.parse(iso);
    expect(await rowsOf(platformEvents, ...columns)).toEqual([
      ['a1', 'u1', 'login', at('2024-03-01T10:00:00Z'), null, null, now.getTime()],
      ['a1', null, 'email', at('2024-03-01T08:00:00Z'), 2.5, '{"campaign":"spring, early"}', now.getTime()],
      ['z1', 'u9', 'login', at('2024-03-02T00:00:00Z'), -1, '{}', now.getTime()],
    ]);
  });

  test.each([
    ['events.csv.gz', gzipSync(events)],
    ['events.tsv', events.replaceAll(/,(?! early)/g, '\t')],
    ['events.csv', `\ufeff${events.replaceAll('\n', '\r\n')}`],
    ['odd [1]*?.csv', events],
  ])('the same rows from %s', async (name, content) => {
    expect(await run({ table: 'events', file: file(name, content) })).toMatchObject({ inserted: 3 });
    expect(await rowsOf(platformEvents, 'account_id', 'event_time')).toHaveLength(3);
  });

  test('Parquet, with its own types', async () => {
    await run({ table: 'events', file: file('events.csv', events) });
    const parquet = join(folder, 'events.parquet');
    const columns = platformEvents.columns.map(({ name }) => name);
    await warehouse.exportParquet({ relation: platformEvents.relation, columns, where: [] }, parquet);
    const before = await rowsOf(platformEvents, ...columns);
    const other = await openDuckDbWarehouse({ file: ':memory:' });
    try {
      await importFile({ warehouse: other, clock: () => now, table: 'events', file: parquet });
      const after = { relation: platformEvents.relation, columns, where: [], orderBy: columns };
      expect(await readRows(other, after)).toEqual(before);
    } finally {
      await other.close();
    }
  });

  test('fields under other names, a tenant from outside, fields left out', async () => {
    const content = 'customer;what;"when, exactly";junk\nc7;click;2024-03-01;x\n';
    await run({
      table: 'events',
      file: file('clicks.csv', content),
      columnMap: new Map([
        ['account_id', 'customer'],
        ['event_type', 'what'],
        ['event_time', 'when, exactly'],
      ]),
      ignore: ['junk'],
      tenantId: acme,
    });
    expect(await rowsOf(platformEvents, 'tenant_id', 'account_id', 'event_type')).toEqual([
      ['acme', 'c7', 'click'],
    ]);
  });

  test('text that looks like a number stays text', async () => {
    await run({
      table: 'accounts',
      file: file('accounts.csv', 'account_id,created_at,name\n007,2020-01-01,1e3\n'),
      tenantId: acme,
    });
    expect(await rowsOf(accounts, 'account_id', 'name')).toEqual([['007', '1e3']]);
  });
});

describe('importing again', () => {
  test('the same file changes nothing', async () => {
    const path = file('events.csv', events);
    await run({ table: 'events', file: path });
    const again = await importFile({ warehouse, clock: () => new Date(), table: 'events', file: path });
    expect(again).toMatchObject({ alreadyImported: true, importedAt: now, rowCount: 3, inserted: 0 });
    expect(await run({ table: 'events', file: file('renamed.csv', events) })).toMatchObject({
      alreadyImported: true,
    });
    expect(await rowsOf(platformEvents, 'account_id', 'event_time')).toHaveLength(3);
  });

  test('the same file for another tenant is another import', async () => {
    const path = file('events.csv', 'account_id,event_type,event_time\na1,login,2024-03-01\n');
    await run({ table: 'events', file: path, tenantId: acme });
    await run({ table: 'events', file: path, tenantId: tenantIdSchema.parse('zeta') });
    await run({ table: 'events', file: path, tenantId: acme });
    expect(await rowsOf(platformEvents, 'tenant_id')).toEqual([['acme'], ['zeta']]);
  });

  test('a newer file adds the versions that differ, and overwrites none', async () => {
    const versions = () => rowsOf(accounts, 'account_id', 'name', 'loaded_at');
    const load = (day: string, name: string) =>
      importFile({
        warehouse,
        clock: () => new Date(day),
        table: 'accounts',
        file: file(
          `${day}.csv`,
          `tenant_id,account_id,created_at,name\nacme,a1,2020-01-01,${name}\nacme,a2,2020-01-01,Bob\n`,
        ),
      });
    const [first, second, third] = ['2024-03-01', '2024-03-02', '2024-03-03'].map((day) => Date.parse(day));
    expect(await load('2024-03-01', 'Ada')).toMatchObject({ inserted: 2, countsFrom: 'event_time' });
    expect(await load('2024-03-02', 'Eve')).toMatchObject({
      inserted: 1,
      unchanged: 1,
      countsFrom: 'arrival',
    });
    // Back to what it was before: a version of its own.
    expect(await load('2024-03-03', 'Ada ')).toMatchObject({ inserted: 1, unchanged: 1 });
    expect(await versions()).toEqual([
      ['a1', 'Ada', first],
      ['a1', 'Ada ', third],
      ['a1', 'Eve', second],
      ['a2', 'Bob', first],
    ]);
  });

  test('a version that says from when it holds is kept once, whenever it is loaded', async () => {
    const header = 'tenant_id,account_id,created_at,segment,valid_from\n';
    const january = 'acme,a1,2020-01-01,small,2024-01-01\n';
    const february = 'acme,a1,2020-01-01,large,2024-02-01\n';
    await run({ table: 'accounts', file: file('a.csv', header + january + february) });
    const again = {
      table: 'accounts',
      file: file('b.csv', `${header}${january}acme,a1,2020-01-01,huge,2024-03-01\n`),
    } as const;
    expect(await run(again)).toMatchObject({ inserted: 1, unchanged: 1 });
    expect(await rowsOf(accounts, 'segment')).toEqual([['huge'], ['large'], ['small']]);
  });

  test('the first load of a tenant is history, later ones only when declared', async () => {
    const declared = () => rowsOf(backfills, 'table_name', 'tenant_id', 'loaded_from', 'loaded_to');
    const rows = (tenant: string, day: string) =>
      `tenant_id,account_id,event_type,event_time\n${tenant},a,login,${day}\n`;
    const load = (at: number, content: string, isBackfill = false) =>
      importFile({
        warehouse,
        clock: () => new Date(at),
        table: 'events',
        file: file(`${at}.csv`, content),
        isBackfill,
      });
    expect(await load(1e12, rows('acme', '2001-01-01'))).toMatchObject({ countsFrom: 'event_time' });
    expect(await load(2e12, rows('acme', '2001-01-02'))).toMatchObject({ countsFrom: 'arrival' });
    expect(await load(3e12, rows('zeta', '2001-01-02'))).toMatchObject({ countsFrom: 'event_time' });
    expect(await declared()).toEqual([
      ['platform_events', 'acme', 1e12, 1e12],
      ['platform_events', 'zeta', 3e12, 3e12],
    ]);
    // The second file was history after all.
    expect(await load(2e12, rows('acme', '2001-01-02'), true)).toMatchObject({
      alreadyImported: true,
      countsFrom: 'event_time',
    });
    expect(await declared()).toContainEqual(['platform_events', 'acme', 2e12, 2e12]);
    const dated = 'tenant_id,account_id,event_type,event_time,loaded_at\nnew,a,login,2001-01-02,2001-01-03\n';
    expect(await load(4e12, dated)).toMatchObject({ countsFrom: 'loaded_at' });
    expect(await declared()).toHaveLength(3);
  });
});

describe('set aside', () => {
  const header = 'tenant_id,account_id,event_type,event_time,quantity\n';
  const good = (count: number) =>
    Array.from({ length: count }, (_, row) => `acme,a${row},login,2024-03-01T10:00:00Z,1\n`).join('');
  const quarantine = () =>
    rowsOf(
      quarantinedRows,
      'row_number',
      'tenant_id',
      'reason',
      'row',
      'file_name',
      'table_name',
      'quarantined_at',
    );

  test('a bad row, with its number, its reason and itself as the file has it', async () => {
    const content = `${header}${good(2)}acme,b,login,yesterday,2\n zeta,b,login,2024-03-01,3\n${good(1)}`;
    const report = await run({ table: 'events', file: file('events.csv', content) });
    expect(report).toMatchObject({
      rowCount: 3,
      inserted: 3,
      isMended: false,
      quarantined: {
        rows: 2,
        reasons: [
          { reason: 'event_time is not a time', rows: 1, examples: ['row 3: "yesterday"'] },
          {
            reason: 'tenant_id has blanks around it or control characters',
            rows: 1,
            examples: ['row 4: " zeta"'],
          },
        ],
      },
    });
    const row = (tenant_id: string, event_time: string, quantity: string) =>
      JSON.stringify({ tenant_id, account_id: 'b', event_type: 'login', event_time, quantity });
    const rest = ['events.csv', 'platform_events', now.getTime()];
    expect(await quarantine()).toEqual([
      [3, 'acme', 'event_time is not a time', row('acme', 'yesterday', '2'), ...rest],
      [
        4,
        null,
        'tenant_id has blanks around it or control characters',
        row(' zeta', '2024-03-01', '3'),
        ...rest,
      ],
    ]);
    expect(await rowsOf(platformEvents, 'account_id')).toEqual([['a0'], ['a0'], ['a1']]);
  });

  test.each(['events.csv', 'events.csv.gz'])(
    'lines with too many or too few fields, with their numbers (%s)',
    async (name) => {
      const odd = [
        'acme,a,"log\n""in""",2024-03-01,1',
        'acme,b,login,2024-03-01,1,000',
        'acme,c,login,soon,1',
        '',
        'acme,d',
        'acme,"e,e",login,2024-03-01,1',
      ].join('\n');
      const content = `${header}${good(5)}${odd}\n`;
      const path = file(name, name.endsWith('.gz') ? gzipSync(content.replaceAll('\n', '\r\n')) : content);
      const report = await run({ table: 'events', file: path });
      expect(report).toMatchObject({
        rowCount: 7,
        inserted: 7,
        quarantined: {
          rows: 3,
          reasons: [
            {
              reason: '6 fields where the header has 5',
              rows: 1,
              examples: ['row 7: "acme,b,login,2024-03-01,1,000", line 9'],
            },
            { reason: '2 fields where the header has 5', examples: ['row 9: "acme,d", line 12'] },
            { reason: 'event_time is not a time', examples: ['row 8: "soon"'] },
          ],
        },
      });
      const aside = await rowsOf(quarantinedRows, 'row_number', 'tenant_id', 'account_id', 'reason', 'row');
      expect(aside).toEqual([
        // Whose they are cannot be told, so what they say is not kept.
        [7, null, null, '6 fields where the header has 5', JSON.stringify({ line: 9 })],
        [8, 'acme', 'c', 'event_time is not a time', expect.stringContaining('soon')],
        [9, null, null, '2 fields where the header has 5', JSON.stringify({ line: 12 })],
      ]);
      expect((await rowsOf(platformEvents, 'account_id')).slice(-2)).toEqual([['a4'], ['e,e']]);
      const lineBreak = name.endsWith('.gz') ? '\r\n' : '\n';
      expect(await rowsOf(platformEvents, 'event_type')).toContainEqual([`log${lineBreak}"in"`]);
      expect(await run({ table: 'events', file: path })).toMatchObject({ alreadyImported: true });
    },
  );

  test('a line with too few fields of a file that is given to one tenant, as it stands', async () => {
    const path = file('events.csv', 'account_id,event_type,event_time\na,login,2024-03-01\nb,login\n');
    await run({ table: 'events', file: path, tenantId: acme });
    expect(await rowsOf(quarantinedRows, 'row_number', 'tenant_id', 'row')).toEqual([
      [2, 'acme', JSON.stringify({ line: 3, text: 'b,login' })],
    ]);
  });

  test('not most of the lines: that is another file', async () => {
    const content = `${header}${good(2)}${'acme;b;login;soon;1\n'.repeat(3)}`;
    expect(await refused({ table: 'events', file: file('e.csv', content), isStrict: false })).toMatch(
      /3 rows are unusable and nothing was imported: 3 × 1 field where the header has 5/,
    );
  });

  test('the mended file brings what was missing, and nothing twice', async () => {
    const twice = 'acme,same,click,2024-03-01T10:00:00Z,1\n'.repeat(2);
    const load = (content: string, day: string) =>
      importFile({
        warehouse,
        clock: () => new Date(day),
        table: 'events',
        file: file('events.csv', `${header}${good(20)}${twice}${content}`),
      });
    await load('acme,b,login,yesterday,2\n', '2024-03-10');
    expect(await load('acme,b,login,2024-03-09,2\n', '2024-03-11')).toMatchObject({
      isMended: true,
      inserted: 1,
      unchanged: 22,
      quarantined: { rows: 0 },
    });
    expect(await rowsOf(platformEvents, 'account_id')).toHaveLength(23);
    expect(await quarantine()).toHaveLength(1);
  });

  test.each([
    ['a tenth of a large file', good(270) + 'acme,b,login,soon,1\n'.repeat(30), /30 rows are unusable/],
    [
      'more than half of a small file',
      `${good(1)}${'acme,b,login,soon,1\n'.repeat(2)}`,
      /2 rows are unusable/,
    ],
    ['the only row', 'acme,b,login,soon,1\n', /1 row is unusable and nothing was imported/],
  ])('not %s: that is refused', async (_, content, message) => {
    expect(
      await refused({ table: 'events', file: file('e.csv', header + content), isStrict: false }),
    ).toMatch(message);
  });

  test('a few in a hundred of a large file', async () => {
    const content = header + good(960) + 'acme,b,login,soon,1\n'.repeat(40);
    expect(await run({ table: 'events', file: file('e.csv', content) })).toMatchObject({
      inserted: 960,
      quarantined: { rows: 40 },
    });
  });

  test('amounts and days that make no sense, each with its reason', async () => {
    const rows = [
      'acme,a,2024-01-01,,10,100',
      'acme,b,2024-01-01,,-1,100',
      'acme,c,2024-01-01,,3.5,100',
      'acme,d,2024-01-01,,10,1e16',
      'acme,e,2024-01-01,2023-12-31,10,100',
      'acme,f,2024-01-01T09:00:00Z,2024-01-01,10,100',
      'acme,g,2024-01-01,,10,"1,000"',
      ...Array.from({ length: 5 }, (_, row) => `acme,ok${row},2024-01-01,,10,100`),
    ];
    const content = `tenant_id,account_id,started_at,cancelled_at,seats,mrr\n${rows.join('\n')}\n`;
    const { quarantined } = await run({ table: 'subscriptions', file: file('s.csv', content) });
    expect(quarantined.reasons.map(({ reason, examples }) => `${reason}: ${examples.join()}`)).toEqual([
      'seats is negative: row 2: "-1"',
      'seats is not a whole number: row 3: "3.5"',
      'mrr is 1e15 or more: row 4: "1e16"',
      'cancelled_at lies before started_at: row 5: "2023-12-31"',
      'mrr is not a number: row 7: "1,000"',
    ]);
    const huge = `${header}${good(2)}acme,b,login,2024-03-01,1e16\n`;
    expect((await run({ table: 'events', file: file('e.csv', huge) })).quarantined.reasons).toEqual([
      { reason: 'quantity is 1e15 or more', rows: 1, examples: ['row 3: "1e16"'] },
    ]);
  });

  test('a second row of one key, and the first one stays', async () => {
    const content =
      'tenant_id,account_id,started_at,seats\nacme,a1,2024-01-01,1\nacme,a2,2024-01-01,1\nacme,a1,2024-01-01,2\n';
    const { quarantined } = await run({ table: 'subscriptions', file: file('a.csv', content) });
    expect(quarantined.reasons[0]!.examples).toEqual(['row 3: "acme, a1, 2024-01-01", first in row 1']);
    expect(await rowsOf(subscriptions, 'account_id', 'seats')).toEqual([
      ['a1', 1],
      ['a2', 1],
    ]);
  });
});

test('separators of thousands are read where they can be nothing else, and that is said', async () => {
  const mrrs = ['"1,000.00"', '"1.234,50"', '"1,234,567"', '"-2,500.5"', '12.5'];
  const rows = mrrs.map((mrr, row) => `acme,a${row},2024-01-01,${mrr}`).join('\n');
  const content = `tenant_id,account_id,started_at,mrr\n${rows.replace('-2', '2')}\n`;
  const { assumptions, quarantined } = await run({ table: 'subscriptions', file: file('s.csv', content) });
  expect((await rowsOf(subscriptions, 'account_id', 'mrr')).map(([, mrr]) => mrr)).toEqual([
    1000, 1234.5, 1234567, 2500.5, 12.5,
  ]);
  expect(quarantined.rows).toBe(0);
  expect(assumptions).toEqual([
    'mrr is written with separators of thousands in 4 rows, and read: row 1: "1,000.00"',
  ]);
});

describe('refused as a whole', () => {
  test('rows that cannot be used: counted by reason, the first ones shown', async () => {
    const content = [
      'tenant_id,account_id,event_type,event_time,quantity,properties',
      'acme,a1,login,2024-03-01,1,{}',
      'acme,,login,2024-03-01,1,{}',
      'acme,a1,login,yesterday,1,{}',
      'acme,a1,login,2024-13-01,1,{}',
      'acme,a1,login,,1,{}',
      'acme,a1,login,2024-03-12T00:00:00Z,1,{}',
      'acme,a1,login,2024-03-01,many,{}',
      'acme,a1,login,2024-03-01,inf,{}',
      'acme,a1,login,2024-03-01,1,{oops',
      'acme, a1,login,2024-03-01,1,{}',
    ].join('\n');
    const message = await refused({ table: 'events', file: file('events.csv', content) });
    expect(message).toContain('9 rows are unusable and nothing was imported');
    expect(message).toContain('1 × account_id is missing (row 2)');
    expect(message).toContain('2 × event_time is not a time (row 3: "yesterday"; row 4: "2024-13-01")');
    expect(message).toContain('1 × event_time is missing (row 5)');
    expect(message).toContain('1 × event_time lies in the future (row 6: "2024-03-12T00:00:00Z")');
    expect(message).toContain('2 × quantity is not a number (row 7: "many"; row 8: "inf")');
    expect(message).toContain('1 × properties is not JSON (row 9: "{oops")');
    expect(message).toContain('1 × account_id has blanks around it or control characters (row 10: " a1")');
  });

  test('only the first few of many, under the field’s own name', async () => {
    const content = `who,created_at\n${'a1,soon\n'.repeat(5000)}`;
    const message = await refused({
      table: 'accounts',
      file: file('accounts.csv', content),
      columnMap: new Map([['account_id', 'who']]),
      tenantId: acme,
    });
    expect(message).toMatch(
      /5000 rows .*5000 × created_at is not a time \(row 1: "soon"; row 2: "soon"; row 3: "soon"; …\)/,
    );
  });

  test('keys that come twice, also when written differently', async () => {
    const header = 'tenant_id,account_id,started_at,seats\n';
    const twice = `${header}acme,a1,2024-01-01,1\nacme,a2,2024-01-01,1\nacme,a1,2024-01-01,2\n`;
    expect(await refused({ table: 'subscriptions', file: file('a.csv', twice) })).toContain(
      '1 × the key (tenant_id, account_id, started_at) comes again (row 3: "acme, a1, 2024-01-01", first in row 1)',
    );
    const hidden = `${header}acme,a1,2024-01-01,1\nacme,a1,2024-01-01T00:00:00Z,2\n`;
    expect(await refused({ table: 'subscriptions', file: file('b.csv', hidden) })).toMatch(/more than once/);
  });

  test('a time within a day ahead is a clock, not the future', async () => {
    const content = 'account_id,event_type,event_time\na1,login,2024-03-11T11:59:59Z\n';
    const path = file('events.csv', content);
    expect(await run({ table: 'events', file: path, tenantId: acme })).toMatchObject({ inserted: 1 });
  });

  test('numbers and words that make no sense', async () => {
    const seats =
      'tenant_id,account_id,started_at,seats,mrr\nacme,a,2024-01-01,-1,1\nacme,b,2024-01-01,1.5,-2\n';
    const message = await refused({ table: 'subscriptions', file: file('a.csv', seats) });
    expect(message).toContain('seats is negative (row 1: "-1")');
    expect(message).toContain('seats is not a whole number (row 2: "1.5")');
    const settings = file('s.csv', 'tenant_id,churn_definition\nacme,vibes\n');
    expect(await refused({ table: 'tenant-settings', file: settings })).toContain(
      'churn_definition is none of contractual, inactivity, both, none (row 1: "vibes")',
    );
  });

  test('columns that do not match, with what would fix it', async () => {
    const missing = file('a.csv', 'tenant_id,AccountID,event_type,event_time\nacme,a,login,2024-01-01\n');
    expect(await refused({ table: 'events', file: missing })).toMatch(
      /column account_id is missing .*add --map account_id=AccountID/,
    );
    const noTenant = file('b.csv', 'account_id,event_type,event_time\na,login,2024-01-01\n');
    expect(await refused({ table: 'events', file: noTenant })).toMatch(
      /tenant_id is missing .*or --tenant <id>/,
    );
    const path = file('c.csv', events.replace('quantity', 'amount'));
    expect(await refused({ table: 'events', file: path })).toMatch(
      /column amount is not known to platform_events; .*--map <our column>=amount, or leave it out with --ignore amount/,
    );
    const wrongMap = new Map([['event_tme', 'amount']]);
    expect(await refused({ table: 'events', file: path, columnMap: wrongMap })).toMatch(
      /did you mean event_time/,
    );
    const wrongField = new Map([['quantity', 'amont']]);
    expect(await refused({ table: 'events', file: path, columnMap: wrongField })).toMatch(
      /did you mean amount/,
    );
    expect(await refused({ table: 'events', file: path, ignore: ['amuont'] })).toMatch(/did you mean amount/);
    const known = file('d.csv', events);
    expect(await refused({ table: 'events', file: known, tenantId: acme })).toMatch(/so does --tenant/);
  });

  test('files that are no table', async () => {
    const message = (name: string, content: string | Buffer) =>
      refused({ table: 'events', file: file(name, content) });
    expect(await message('events.xlsx', 'x')).toMatch(/ends in \.csv/);
    expect(await message('empty.csv', '')).toMatch(/the file is empty/);
    expect(await message('blank.csv', '\n\n')).toMatch(/first line is blank/);
    expect(await message('header.csv', `${events.split('\n')[0]}\n`)).toMatch(/a header and no rows/);
    expect(await message('twice.csv', 'a,b,a\n1,2,3\n')).toMatch(/names a twice/);
    expect(await message('not.parquet', events)).toMatch(/not\.parquet: the file cannot be read/);
    expect(await message('not.csv.gz', events)).toMatch(/not\.csv\.gz: the file cannot be read/);
    expect(await message('latin.csv', Buffer.from(events.replace('login', 'caf\xe9'), 'latin1'))).toMatch(
      /line 2: Invalid unicode/,
    );
    expect(await message('short.csv', `${events}acme,a1\n`)).toMatch(
      /1 row is unusable and nothing was imported: 1 × 2 fields where the header has 7 \(row 4: "acme,a1", line 5\)/,
    );
    expect(await message('quote.csv', `${events}"acme,a1,u,login,2024-03-01,,\n`)).toMatch(
      /line 5: Value with unterminated quote/,
    );
    expect(await refused({ table: 'events', file: join(folder, 'absent.csv') })).toMatch(
      /there is no such file/,
    );
    mkdirSync(join(folder, 'dir.csv'));
    expect(await refused({ table: 'events', file: join(folder, 'dir.csv') })).toMatch(/this is not a file/);
  });

  test('a Parquet file cut short', async () => {
    const path = file('events.csv', events);
    const parquet = join(folder, 'events.parquet');
    await run({ table: 'events', file: path });
    const selection = { relation: platformEvents.relation, columns: ['account_id'], where: [] };
    await warehouse.exportParquet(selection, parquet);
    writeFileSync(parquet, readFileSync(parquet).subarray(0, 200));
    await expect(run({ table: 'events', file: parquet })).rejects.toThrow(/cannot be read/);
  });

  test('nothing is left in the temporary folder', async () => {
    // A folder for this test alone: others import at the same time.
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    vi.stubEnv('TMPDIR', temporary);
    await refused({ table: 'events', file: file('x.csv', 'a\n1\n') });
    expect(readdirSync(temporary)).toEqual([]);
    vi.unstubAllEnvs();
  });
});

describe('tickets without an id', () => {
  const tickets = (...rows: string[]) =>
    `tenant_id,account_id,opened_at,closed_at,severity\n${rows.join('\n')}\n`;
  const high = 'acme,a1,2024-03-01T10:00:00Z,,high';
  const low = 'acme,a1,2024-03-01T10:00:00Z,,low';
  const later = 'acme,a1,2024-03-02T10:00:00Z,,low';
  const bring = (name: string, ...rows: string[]) =>
    run({ table: 'support-tickets', file: file(name, tickets(...rows)) });

  test('that were opened at one instant are as many tickets, also when they look alike', async () => {
    expect(await bring('tickets.csv', high, low, low)).toMatchObject({ rowCount: 3, inserted: 3 });
    expect(await rowsOf(supportTickets, 'ticket_id', 'severity')).toEqual(
      expect.arrayContaining([
        [null, 'high'],
        ['a1/2024-03-01 10:00:00/2', 'low'],
        ['a1/2024-03-01 10:00:00/3', 'low'],
      ]),
    );
  });

  test('are not doubled by a file that overlaps, in whatever order it has them', async () => {
    await bring('monday.csv', high, low);
    expect(await bring('tuesday.csv', later, low, high)).toMatchObject({ inserted: 1, unchanged: 2 });
  });

  test('are known again when one of them closes', async () => {
    await bring('monday.csv', high, low);
    const closed = low.replace(',,', ',2024-03-05,');
    expect(await bring('tuesday.csv', closed, high)).toMatchObject({ inserted: 1, unchanged: 1 });
    const versions = await rowsOf(supportTickets, 'ticket_id', 'closed_at');
    expect(versions.filter(([id]) => id !== null)).toHaveLength(2);
  });

  test('keep an id where the source has one, and one id comes once', async () => {
    const withIds = 'tenant_id,account_id,opened_at,ticket_id\n';
    const row = (id: string) => `acme,a1,2024-03-01,${id}\n`;
    const refusal = run({
      table: 'support-tickets',
      file: file('ids.csv', withIds + row('t1') + row('') + row('t1')),
      isStrict: true,
    });
    await expect(refusal).rejects.toThrow(
      'the key (ticket_id, tenant_id, account_id, opened_at) comes again',
    );
    expect(
      await run({
        table: 'support-tickets',
        file: file('mixed.csv', withIds + row('t1') + row('') + row('')),
      }),
    ).toMatchObject({ inserted: 3 });
  });
});
