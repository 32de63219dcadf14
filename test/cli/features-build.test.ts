import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChurnHome, openChurnHome } from '../features/raw-situations/churn-home.ts';
import {
  ACCOUNTS,
  account,
  event,
  events,
  LAST_DAY,
  subscription,
} from '../features/raw-situations/company.ts';

/** What a person sees of a build: its table, its findings, its refusals, and what is kept of it. */

let home: ChurnHome;

beforeEach(async () => {
  home = openChurnHome();
  await home.bring(
    'accounts',
    ACCOUNTS.map((id) => account('acme', id)),
  );
  await home.bring(
    'subscriptions',
    ACCOUNTS.map((id) => subscription('acme', id)),
  );
  await home.bring(
    'events',
    ACCOUNTS.flatMap((id) => events('acme', id)),
  );
});
afterEach(() => home.remove());

const runs = async () =>
  (await home.rows('scores', 'build_runs')).map(({ tenant_id, status, error }) => ({
    tenant_id,
    status,
    error,
  }));

test('a build prints what it read, made and noticed, and records it', async () => {
  await home.bring('accounts', [account('acme', 'free')]);
  const { status, text } = await home.churn('features', 'build');
  expect(status).toBe(0);
  expect(text).toMatch(
    /tenant +churn +events +accounts +subscriptions +tickets +days +feature rows +newest day/,
  );
  expect(text).toMatch(new RegExp(`acme +contractual +2,400 +9 +8 +0 +\\d+ +[\\d,]+ +${LAST_DAY} +8\n`));
  expect(text).toMatch(
    /warning {2}acme: 1 of 9 accounts \(11 %\) have no subscription and others have, .*; set /,
  );
  expect(text).toMatch(/note {5}acme: 1 of 9 accounts \(11 %\) are never scored: .*: free; /);
  expect(await runs()).toEqual([
    { tenant_id: '*', status: 'succeeded', error: null },
    { tenant_id: 'acme', status: 'succeeded', error: null },
  ]);
  const [, acme] = await home.rows('scores', 'build_runs');
  expect(JSON.parse(String(acme!.row_counts))).toMatchObject({ events: 2400, accounts: 9, subscriptions: 8 });
  const findings: { finding: string }[] = JSON.parse(String(acme!.findings));
  expect(findings.find(({ finding }) => finding === 'definition_doubt')).toMatchObject({
    finding: 'definition_doubt',
    severity: 'warned',
    rows: 1,
    remedy: expect.stringMatching(/churn_definition/),
  });
});

test('a build says which past as-of dates it made again, for which tenant and how many accounts', async () => {
  await home.churn('features', 'build');
  await home.bring('events', [event('acme', 'm0', '2025-12-10T11:00:00')], '--backfill');
  const { text } = await home.churn('features', 'build', '--json');
  expect(text).toContain(
    `acme: 3 as-of dates from 2025-12-20 to ${LAST_DAY} built again for 8 accounts, because rows or settings reach back to then\n`,
  );
  expect(JSON.parse(text.slice(text.indexOf('{\n'), text.indexOf('\n}\n') + 2)).rebuilt).toEqual([
    { tenantId: 'acme', asOfDates: ['2025-12-20', expect.any(String), LAST_DAY], accounts: 8 },
  ]);
});

test('--json says the same', async () => {
  const { text } = await home.churn('features', 'build', '--json');
  const document = JSON.parse(text.slice(text.indexOf('{\n')));
  expect(document).toMatchObject({ status: 'succeeded', runId: expect.any(String), findings: [] });
  expect(document.tenants).toEqual([
    expect.objectContaining({
      tenantId: 'acme',
      events: 2400,
      newestAsOfDate: LAST_DAY,
      scorableAccounts: 8,
    }),
  ]);
});

test.each([
  ['2030-01-01', `the data is complete up to ${LAST_DAY}; name a day from 2025-03-31 to ${LAST_DAY}`],
  ['2025-03-10', `features look back 28 days, and the data begins too late for it; name a day from`],
])('--as-of %s is refused as bad input with the days that can be built', async (day, sentence) => {
  const { status, text } = await home.churn('features', 'build', '--as-of', day);
  expect(status).toBe(2);
  expect(text).toContain(`churn: --as-of ${day}: that day cannot be built, and nothing was: ${sentence}`);
  expect(await runs()).toEqual([
    { tenant_id: '*', status: 'failed', error: expect.stringContaining('cannot be built') },
  ]);
});

test('a refused build exits with 3, names tenant, column, rows and remedy, and leaves the marts as they were', async () => {
  await home.churn('features', 'build');
  const before = await home.rows('analytics', 'account_features');
  const cents = ACCOUNTS.map((id) =>
    subscription('acme', id, { mrr: 10_000, valid_from: '2025-12-01', loaded_at: '2025-12-01' }),
  );
  await home.bring('subscriptions', cents);
  const { status, text } = await home.churn('features', 'build');
  expect(status).toBe(3);
  expect(text).toMatch(
    /churn: features: the build is refused, and the marts are as they were: acme: mrr of 8 of 8 subscriptions \(100 %\) grew 100-fold at once, .*more than the 1 % that refuse a build; import them again in whole currency/,
  );
  expect(await home.rows('analytics', 'account_features')).toEqual(before);
  const refused = (await home.rows('scores', 'build_runs')).filter(
    ({ status: outcome }) => outcome === 'refused',
  );
  expect(refused.map(({ tenant_id }) => tenant_id)).toEqual(['*', 'acme']);
  expect(refused[0]!.error).toBe('refused by revenue_jumps of acme');
  expect(JSON.stringify(refused)).not.toContain('m0');

  await home.bring('build-thresholds', [
    { tenant_id: 'acme', finding: 'revenue_jumps', warn_above: 0, refuse_above: 1 },
  ]);
  expect((await home.churn('features', 'build')).status).toBe(0);
});

test('a row that an import cannot use is set aside and said, and --strict refuses the file', async () => {
  const csv = 'tenant_id,account_id,event_type,event_time\nacme,m0,login,2025-12-28\nacme,m0,login,soon\n';
  const strict = await home.bringText('events', csv, '--strict');
  expect(strict.status).toBe(2);
  expect(strict.text).toContain(
    '1 row is unusable and nothing was imported: 1 × event_time is not a time (row 2: "soon")',
  );
  const { status, text } = await home.bringText('events', csv);
  expect(status).toBe(0);
  expect(text).toContain(
    '1 unusable row was set aside in raw.quarantined_rows: 1 × event_time is not a time (row 2: "soon"); mend the file',
  );
  expect(text).toContain('1 of 1 rows are new');
  expect(await home.rows('raw', 'quarantined_rows')).toMatchObject([
    { row_number: 2, tenant_id: 'acme', account_id: 'm0' },
  ]);
});

test('features report says of marts that stand what the build said, and refuses them where it would have', async () => {
  const built = await home.churn('features', 'build', '--json');
  const reported = await home.churn('features', 'report', '--json');
  const documentOf = ({ text }: { readonly text: string }) => JSON.parse(text.slice(text.indexOf('{\n')));
  const { marts: _, runId: built_ } = documentOf(built);
  const { runId, ...report } = documentOf(reported);
  expect(reported.status).toBe(0);
  expect(runId).not.toBe(built_);
  expect(documentOf(built)).toMatchObject(report);
  expect(await runs()).toHaveLength(4);
});
