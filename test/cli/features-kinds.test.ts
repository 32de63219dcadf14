import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runChurn } from './run-churn.ts';

/** A platform's own words for its events, from files to features, without dbt and Python. */

let folder: string;
const file = (name: string, ...lines: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const churn = (...args: string[]) => runChurn(join(folder, 'home'), args);
const done = async (...args: string[]): Promise<string> => {
  const { status, stdout, stderr } = await churn(...args);
  expect(stderr).not.toMatch(/^churn:/m);
  expect(status).toBe(0);
  return stdout;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'churn-kinds-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const EVENTS = [
  'tenant_id,account_id,user_id,event_type,event_time',
  ...Array.from({ length: 60 }, (_, day) => {
    const time = new Date(Date.UTC(2026, 2, 1 + day, 9)).toISOString();
    return `acme,a,ann,${['login', 'Lesson_Watched', 'export_run', 'constructor'][day % 4]},${time}`;
  }),
];
const ACCOUNTS = ['tenant_id,account_id,created_at', 'acme,a,2026-01-01', 'acme,b,2026-01-01'];

test('an event type is mapped by one row, and shown with its events', async () => {
  await done('import', 'accounts', file('accounts.csv', ...ACCOUNTS));
  await done('import', 'events', file('events.csv', ...EVENTS));
  expect(await done('features', 'kinds')).toMatch(/^export: data exports .*much of it raises the risk/m);
  await done('features', 'build');

  const before = JSON.parse(await done('features', 'kinds', '--json'));
  expect(before.unmapped).toEqual([
    { event_type: 'constructor', event_count: 15 },
    { event_type: 'lesson_watched', event_count: 15 },
  ]);
  expect(before.unmapped_share).toBe(0.5);

  const mapping = file(
    'words.csv',
    'event_type,activity_kind',
    'lesson_watched ,Content',
    'export_run,report',
  );
  await done('import', 'event-kinds', mapping);
  await done('features', 'build');
  const text = await done('features', 'kinds');
  expect(text).toMatch(/^content: opened documents.*\n {2}lesson_watched 15, document_opened 0/m);
  expect(text).toMatch(/^report: .*\n {2}export_run 15, /m);
  expect(text).toMatch(
    /^not mapped, counted as other: 1 event type, 25\.0 % of the events\n {2}constructor 15$/m,
  );
  const nobody = JSON.parse(await done('features', 'kinds', '--tenant', 'nobody', '--json'));
  expect([nobody.unmapped, nobody.unmapped_share]).toEqual([[], null]);

  const profile = JSON.parse(await done('features', 'profile', '--json'));
  const greatest = (feature: string): number =>
    profile.features.find((one: { feature: string }) => one.feature === feature).max;
  expect(greatest('content_events_28d')).toBe(7);
  expect(greatest('report_events_28d')).toBe(7);
  expect(greatest('export_events_28d')).toBe(0);
});

describe('a mapping that cannot be meant is refused, and nothing of it is kept', () => {
  test.each([
    [
      ['clicked,clicks'],
      /words\.csv: event type clicked is mapped to clicks, which is no kind of activity; map it to one of session, .+, other/,
    ],
    [['clicked,reports'], /mapped to reports, .+; did you mean report\?/],
    [['clicked,report', 'Clicked ,content'], /event type clicked is mapped twice, to report and to content/],
    [['clicked,report', 'clicked,report'], /key \(event_type\) comes again/],
    [['clicked,'], /activity_kind/],
  ])('%j', async (rows, message) => {
    const { status, stderr } = await churn(
      'import',
      'event-kinds',
      file('words.csv', 'event_type,activity_kind', ...rows),
    );
    expect([status, stderr.trim().split('\n').at(-1)]).toEqual([2, expect.stringMatching(message)]);
    expect(
      JSON.parse(await done('features', 'kinds', '--json')).kinds.flatMap(
        (kind: { event_types: object[] }) => kind.event_types,
      ),
    ).not.toContainEqual(expect.objectContaining({ event_type: 'clicked' }));
  });

  test('a file that comes again after another counts again', async () => {
    const one = file('one.csv', 'event_type,activity_kind', 'clicked,report');
    const other = file('other.csv', 'event_type,activity_kind', 'clicked,content');
    for (const words of [one, other, one]) await done('import', 'event-kinds', words);
    expect(await done('features', 'kinds')).toMatch(/^report: .*\n.*\bclicked\b/m);
  });
});

test('a kind of one row is learnt by a new model, and an old model says that it does not know it', async () => {
  await done('demo', '--tenants', '20', '--months', '10');
  await done(
    'import',
    'activity-kinds',
    file('kinds.csv', 'activity_kind,label,unit', 'assist,prompts to the assistant,prompts'),
  );
  await done(
    'import',
    'event-kinds',
    file('words.csv', 'event_type,activity_kind', 'assistant_prompted,assist'),
  );
  await done('import', 'feature-settings', file('settings.csv', 'setting,value', 'window_days,28 84'));

  const early = await churn('features', 'kinds');
  expect(early.stderr).toMatch(
    /the marts have other kinds or windows; run `churn features build`, then `churn train`/,
  );
  expect(early.stdout).toMatch(
    /^assist: prompts to the assistant \(prompts; .+\)\n {2}assistant_prompted [1-9]/m,
  );
  expect(early.stdout).toMatch(/^windows: 28, 84 days$/m);
  const vars = parse(await done('features', 'kinds', '--dbt-vars'));
  expect([vars.has_declared_columns, vars.window_days]).toEqual([false, [28, 84]]);
  expect(vars.activity_kinds.at(-2)).toMatchObject({ activity_kind: 'assist', unit: 'prompts' });

  await done('features', 'build');
  expect((await churn('features', 'kinds')).stderr).toBe('');
  const refused = await churn('score');
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toMatch(/it was trained on feature set engagement v\d.+churn train/);

  await done('train', '--model', 'logistic');
  const written = join(folder, 'home', 'models', 'churn-tenants', 'v2', 'encoder.json');
  const encoders: { encodings: { feature: string }[] }[] = JSON.parse(readFileSync(written, 'utf8'));
  const used = encoders.flatMap(({ encodings }) => encodings.map(({ feature }) => feature));
  expect(used).toContain('assist_events_28d');
  expect(used.filter((name) => /_(7|14|56)d$/.test(name) && !name.startsWith('quantity'))).toEqual([]);
}, 600_000);
