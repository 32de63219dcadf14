import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tenantIdSchema } from '../../../../features/contract/tenant-id.ts';
import { proposeMapping } from '../../../../features/ingest/mapping/propose/propose-mapping.ts';
import { proposalText, writeProposal } from '../../../../features/ingest/mapping/propose/write-proposal.ts';
import { readMapping } from '../../../../features/ingest/mapping/read-mapping.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'propose-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function propose(...files: string[]) {
  const { files: proposed } = await proposeMapping({
    files,
    folder,
    tenantId: tenantIdSchema.parse('acme'),
  });
  return proposed;
}

/** The first column of a customers file with these creation times. */
async function createdAt(...times: string[]) {
  const rows = times.map((time, index) => `c${index};${time}`);
  const [one] = await propose(file('customers.csv', ['Customer ID;Created', ...rows].join('\n')));
  return { column: one!.columns.created_at, doubts: one!.unsure ?? [] };
}

describe('times', () => {
  test.each([
    [['2024-01-02', '2024-03-04T10:00:00Z'], 'Created'],
    [['20240102', '20241231'], { from: 'Created', format: 'YYYYMMDD' }],
    [['1712102400'], { from: 'Created', format: 'epoch seconds' }],
    [['1712102400123'], { from: 'Created', format: 'epoch milliseconds' }],
    [['13/04/2024', '03/04/2024'], { from: 'Created', format: 'DD/MM/YYYY' }],
    [['04/13/2024 1:05 PM', '04/03/2024 2:00 AM'], { from: 'Created', format: 'MM/DD/YYYY h:mm A' }],
    [['13.04.24 10:00'], { from: 'Created', format: 'DD.MM.YY HH:mm' }],
    [['3 Apr 2024 10:00'], { from: 'Created', format: 'D MMM YYYY HH:mm' }],
    [['Apr 3, 2024'], { from: 'Created', format: 'MMM D, YYYY' }],
  ])('%j', async (times, expected) => {
    const { column, doubts } = await createdAt(...times);
    expect(column).toEqual(expected);
    expect(doubts).toEqual([]);
  });

  test('day-first and month-first are never chosen between', async () => {
    const { column, doubts } = await createdAt('03/04/2024', '05/05/2024');
    expect(column).toEqual({ from: 'Created', format: 'DD/MM/YYYY or MM/DD/YYYY' });
    expect(doubts).toEqual([
      {
        column: 'created_at',
        reason: 'Created can be read day-first and month-first: "03/04/2024" is 3 April or 4 March',
        alternatives: ['DD/MM/YYYY', 'MM/DD/YYYY'],
      },
    ]);
    const mapping = join(folder, 'mapping.yaml');
    writeProposal({ files: await propose(join(folder, 'customers.csv')) }, mapping);
    expect(() => readMapping(mapping)).toThrow(/still undecided between DD\/MM\/YYYY and MM\/DD\/YYYY/);
  });

  test('what is no time is said to be none', async () => {
    const { column, doubts } = await createdAt('soon', 'later');
    expect(column).toBeUndefined();
    expect(doubts.map(({ reason }) => reason)).toEqual([
      'no column looks like it, and raw.accounts needs it',
      'Created has the right name and holds "soon", "later", which cannot be read as it is',
    ]);
  });
});

test('money: cents, a price per unit, a billing period, a decimal comma', async () => {
  const [byUnit] = await propose(
    file(
      'subscriptions.csv',
      'Customer ID,Plan,Quantity,Unit amount,Interval,Start,Ended at\nc1,Pro,3,1999,month,2024-01-31,-\nc2,Pro,1,2000,year,2024-02-01,2024-05-01\n',
    ),
  );
  expect(byUnit).toMatchObject({
    table: 'subscriptions',
    missing: ['-'],
    columns: {
      seats: 'Quantity',
      mrr: {
        from: 'Unit amount',
        times: 'Quantity',
        divide: { by: 'Interval', values: { month: 1, year: 12 } },
      },
      cancelled_at: 'Ended at',
    },
  });
  expect(byUnit!.unsure).toContainEqual({
    column: 'mrr',
    reason: 'Unit amount holds whole numbers only, which may be cents',
    alternatives: ['scale: 0.01'],
  });
  const [inCents] = await propose(
    file('plans.csv', 'account_code,started_at,mrr_cents\nc1,2024-01-01,1999\n'),
  );
  expect(inCents!.columns.mrr).toEqual({ from: 'mrr_cents', scale: 0.01 });
  const [comma] = await propose(file('vertrag.csv', 'Customer ID;Start;MRR\nc1;2024-01-01;1.999,50\n'));
  expect(comma!.columns.mrr).toEqual({ from: 'MRR', decimal: 'comma' });
});

test('usage that names the subscription finds the customer in another file', async () => {
  const usage = file('usage.csv', 'event,time,distinct_id,subscription_id\nLogin,1712102400,u1,s1\n');
  const subscriptions = file('subscriptions.csv', 'Subscription ID,Customer ID,Start\ns1,c1,2024-01-01\n');
  const [events] = await propose(usage, subscriptions);
  expect(events).toMatchObject({
    table: 'events',
    columns: {
      account_id: {
        from: 'subscription_id',
        lookup: { file: 'subscriptions.csv', key: 'Subscription ID', value: 'Customer ID' },
      },
      event_type: 'event',
      event_time: { from: 'time', format: 'epoch seconds' },
    },
  });
  const [alone] = await propose(usage);
  expect(alone!.unsure).toContainEqual({
    column: 'account_id',
    reason: 'no column looks like it, and raw.platform_events needs it',
  });
});

test('a row per day with counts becomes events', async () => {
  const [daily] = await propose(file('daily.csv', 'day,org,logins,Reports opened\n20240501,o1,3,0\n'));
  expect(daily).toMatchObject({
    table: 'events',
    columns: { account_id: 'org', event_time: { from: 'day', format: 'YYYYMMDD' } },
    counts: { logins: 'logins', 'Reports opened': 'reports_opened' },
  });
});

test('doubts: another column that would do, another table, no tenant', async () => {
  const [one] = (
    await proposeMapping({
      files: [file('people.csv', 'Customer ID,Created,Signup date\nc1,2024-01-01,2024-01-02\n')],
      folder,
    })
  ).files;
  expect(one!.unsure).toEqual(
    expect.arrayContaining([
      {
        column: 'created_at',
        reason: 'Created looks likeliest, and other columns would do as well',
        alternatives: ['Signup date'],
      },
      expect.objectContaining({ column: 'table', alternatives: ['subscriptions'] }),
      expect.objectContaining({ column: 'tenant_id', reason: expect.stringMatching(/give --tenant/) }),
    ]),
  );
});

test('what cannot be drafted, and where it cannot be written', async () => {
  await expect(propose(file('weather.csv', 'sky,wind\nblue,3\n'))).rejects.toThrow(
    /weather\.csv: nothing in it looks like events, accounts.*\(its columns are sky, wind\); write its mapping by hand/,
  );
  await expect(propose(file('none.csv', 'Customer ID,Created\n'))).rejects.toThrow(/a header and no rows/);
  const draft = { files: [] };
  const out = file('mapping.yaml', 'mine');
  expect(() => writeProposal(draft, out)).toThrow(
    /mapping\.yaml: the file is there already; give another --out/,
  );
  const nowhere = join(folder, 'absent', 'mapping.yaml');
  expect(() => writeProposal(draft, nowhere)).toThrow(
    /cannot be written \(ENOENT\); give a path in a folder/,
  );
  expect(existsSync(nowhere)).toBe(false);
});

test('a draft without doubts is a mapping, as YAML and as JSON', async () => {
  const proposal = {
    tenant: 'acme',
    files: await propose(file('customers.csv', 'Customer ID,Created,Company\nc1,2024-01-01,Ada\n')),
  };
  for (const as of ['yaml', 'json'] as const) {
    const mapping = readMapping(file(`mapping.${as}`, proposalText(proposal, as)));
    expect(mapping.files[0]).toMatchObject({
      table: 'accounts',
      columns: { account_id: { from: 'Customer ID' }, name: { from: 'Company' } },
      unsure: [],
    });
  }
});
