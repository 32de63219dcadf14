import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTableFile } from '../../features/files/table-file.ts';
import { runChurn } from './run-churn.ts';

/** Any labelled table, no warehouse: train, evaluate, score, and the registry around it. */

let folder: string;
let home: string;
let table: string;
let trained: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-table-'));
  home = join(folder, 'home');
  table = join(folder, 'customers.csv');
  writeFileSync(table, customers(600));
  const { status, stdout, stderr } = await runChurn(home, [
    'train',
    '--table',
    table,
    '--label',
    'churned',
    '--id',
    'customer',
    '--name',
    'shop',
    '--json',
  ]);
  expect(stderr).not.toMatch(/^churn: /m);
  expect(status).toBe(0);
  trained = stdout;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('churn train --table', () => {
  test('beats the base rate of the table', () => {
    const { name, version, alias, metrics, card } = JSON.parse(trained);
    expect([name, version, alias]).toEqual(['shop', 'v1', 'champion']);
    expect(metrics.churned.auc.value).toBeGreaterThan(0.75);
    expect(metrics.churned.auc.low).toBeLessThan(metrics.churned.auc.value);
    const baseRate = card.baselines.find((baseline: { name: string }) => baseline.name === 'base_rate');
    expect(metrics.churned.log_loss.value).toBeLessThan(baseRate.test[0].metrics.log_loss.value);
  });

  test('the same table and seed make no second version', async () => {
    const { stdout } = await runChurn(home, [
      'train',
      '--table',
      table,
      '--label',
      'churned',
      '--id',
      'customer',
      '--name',
      'shop',
    ]);
    expect(stdout).toMatch(/shop@v1 was trained from these very inputs before/);
  });
});

test('churn score --table writes id, probability, band and drivers, as CSV or Parquet', async () => {
  const csv = join(folder, 'scores.csv');
  expect(
    (await runChurn(home, ['score', '--table', table, '--out', csv, '--model', 'shop', '--id', 'customer']))
      .status,
  ).toBe(0);
  const [header, first, ...rest] = readFileSync(csv, 'utf8').trim().split('\n');
  expect(header).toBe('customer,churn_probability,risk_band,drivers');
  expect(first).toMatch(/^c0,0\.\d+,(low|medium|high|critical),"\[.*\]"$/);
  expect(rest).toHaveLength(599);
  const parquet = join(folder, 'scores.parquet');
  expect(
    (await runChurn(home, ['score', '--table', table, '--out', parquet, '--model', 'shop@v1'])).status,
  ).toBe(0);
  expect(readFileSync(parquet).subarray(0, 4).toString()).toBe('PAR1');
});

test('the model trained last scores when none is named', async () => {
  const other = join(folder, 'other-customers.csv');
  writeFileSync(other, customers(600, 3));
  const train = (file: string) =>
    runChurn(home, [
      'train',
      '--table',
      file,
      '--label',
      'churned',
      '--id',
      'customer',
      '--model',
      'logistic',
    ]);
  expect((await train(table)).stdout).toMatch(/table@v1 is champion/);
  expect((await train(other)).stdout).toMatch(/table@v2 is champion/);
  expect((await train(table)).status).toBe(0);
  expect((await runChurn(home, ['models', 'list'])).stdout).toMatch(/table@v1 .*champion/);
});

test('churn score --table writes nothing when a column is missing', async () => {
  const other = join(folder, 'other.csv');
  writeFileSync(other, 'customer,plan\nc1,free\n');
  const out = join(folder, 'none.csv');
  const { status, stderr } = await runChurn(home, [
    'score',
    '--table',
    other,
    '--out',
    out,
    '--model',
    'shop',
  ]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/columns visits, tenure_months are missing/);
  expect(existsSync(out)).toBe(false);
});

test('churn evaluate measures on another table', async () => {
  const later = join(folder, 'later.csv');
  writeFileSync(later, customers(500, 7));
  const { status, stdout } = await runChurn(home, [
    'evaluate',
    '--table',
    later,
    '--label',
    'churned',
    '--model',
    'shop',
    '--json',
  ]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ model: 'shop@v1', rows: 500 });
  expect(JSON.parse(stdout).metrics.auc.value).toBeGreaterThan(0.75);
});

describe('a model that reads times as days before the as-of date', () => {
  let panel: string;
  let said: string;
  const onPanel = (command: string, ...args: string[]) =>
    runChurn(home, [command, '--table', panel, '--id', 'customer', ...args]);

  beforeAll(async () => {
    panel = join(folder, 'panel.csv');
    writeFileSync(panel, customersByMonth());
    const args = ['--label', 'churned', '--as-of', 'month', '--name', 'panel', '--model', 'logistic'];
    const { status, stdout, stderr } = await onPanel(
      'train',
      ...args,
      '--test-from',
      '2024-05-01',
      '--embargo',
      '30',
    );
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/^churn: /m)]);
    said = stdout;
  }, 120_000);

  test('is tested on the requested rows and says which rows it could not use', () => {
    expect(said).toMatch(/by time: test from 2024-05-01; .*embargo 30 days/);
    expect(said).toMatch(/not learnt from: notes \(no value at all\)/);
  });

  test('scores a table with the as-of column named, and writes that column after the id', async () => {
    const csv = join(folder, 'panel-scores.csv');
    const args = ['--model', 'panel', '--as-of', 'month', '--out'];
    expect((await onPanel('score', ...args, csv)).status).toBe(0);
    const [header, first, ...rest] = readFileSync(csv, 'utf8').trim().split('\n');
    expect(header).toBe('customer,month,churn_probability,risk_band,drivers');
    expect(first).toMatch(/^c0,2024-01-01,0\.\d+,/);
    expect(rest).toHaveLength(1199);

    const parquet = join(folder, 'panel-scores.parquet');
    expect((await onPanel('score', ...args, parquet)).status).toBe(0);
    const file = await openTableFile(parquet);
    expect(file.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'customer text',
      'month date',
      'churn_probability number',
      'risk_band text',
      'drivers text',
    ]);
    await file.close();
  });

  test('is measured with the as-of column named', async () => {
    const args = ['--model', 'panel', '--label', 'churned', '--as-of', 'month', '--json'];
    const { status, stdout } = await onPanel('evaluate', ...args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).metrics.auc.value).toBeGreaterThan(0.75);
  });

  test('says how to fix a missing as-of column, and writes nothing', async () => {
    const out = join(folder, 'no-as-of.csv');
    const { status, stderr } = await onPanel('score', '--model', 'panel', '--out', out);
    expect(status).toBe(2);
    expect(stderr).toMatch(/column joined holds times.*name the column of as-of dates with --as-of/);
    expect(existsSync(out)).toBe(false);
    const unknown = await onPanel('score', '--model', 'panel', '--out', out, '--as-of', 'months');
    expect([unknown.status, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/did you mean --as-of month\?/),
    ]);
  });

  test('with the marts --as-of is still a date', async () => {
    const { status, stderr } = await runChurn(home, ['score', '--as-of', 'month']);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/argument 'month' is invalid. write the date as YYYY-MM-DD/),
    ]);
  });
});

test('churn models lists, shows, compares, promotes and refuses to roll back past the first', async () => {
  const second = await runChurn(home, [
    'train',
    '--table',
    table,
    '--label',
    'churned',
    '--id',
    'customer',
    '--name',
    'shop',
    '--seed',
    '2',
    '--model',
    'logistic',
  ]);
  expect(second.stdout).toMatch(
    /shop@v2 is challenger, and the champion still serves: churn models promote shop@v2/,
  );
  expect((await runChurn(home, ['models', 'list'])).stdout).toMatch(
    /shop@v1 .*champion\nshop@v2 .*challenger/,
  );
  expect((await runChurn(home, ['models', 'show', 'shop@challenger'])).stdout).toMatch(/seed 2/);
  expect((await runChurn(home, ['models', 'compare', 'shop@v1', 'shop@v2'])).stdout).toMatch(
    /shop@v1 .+\nshop@v2 /,
  );
  expect(
    (await runChurn(home, ['models', 'promote', 'shop@challenger', '--reason', 'newer'])).stdout,
  ).toMatch(/shop@v2 is champion/);
  const back = ['models', 'rollback', '--scope', 'table:shop', '--reason', 'worse after all'];
  expect((await runChurn(home, back)).stdout).toMatch(/shop@v1 is champion of table:shop again/);
  const again = await runChurn(home, back);
  expect([again.status, again.stderr]).toEqual([2, expect.stringMatching(/nothing to roll back to/)]);
  const unknown = await runChurn(home, ['models', 'show', 'shop@v9']);
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringMatching(/v9/)]);
});

test('a model of another table is compared on a table that is given, and not promoted unseen', async () => {
  const other = join(folder, 'next-year.csv');
  writeFileSync(other, customers(500, 77));
  const training = ['train', '--table', other, '--label', 'churned', '--id', 'customer'];
  expect((await runChurn(home, [...training, '--model', 'logistic', '--name', 'shop'])).status).toBe(0);
  const promotion = ['models', 'promote', 'shop', '--reason', 'a year later'];
  const unseen = await runChurn(home, promotion);
  expect([unseen.status, unseen.stderr]).toEqual([
    3,
    expect.stringMatching(/shop@v3: cannot be compared with the champion shop@v1: .+--table FILE.+--force/),
  ]);
  const compared = await runChurn(home, [...promotion, '--table', other]);
  expect([compared.status, compared.stdout]).toEqual([
    3,
    expect.stringMatching(
      /against the champion shop@v1 on the same 500 rows(.|\n)+neither saw these rows(.|\n)+worse +worse/,
    ),
  ]);
  expect(compared.stderr).toMatch(/shop@v3: is clearly worse than the champion shop@v1 .+ AUC −0\.0\d+ \(/);
});

/** Few visits and a free plan churn; nothing else matters. */
function customers(rowCount: number, offset = 0): string {
  const lines = Array.from({ length: rowCount }, (_, row) => {
    const noise = ((row + offset) * 7919) % 100;
    const visits = ((row + offset) * 31) % 40;
    const plan = row % 3 === 0 ? 'free' : 'team';
    const churned = noise < (visits < 10 ? 70 : 10) + (plan === 'free' ? 15 : 0) ? 'yes' : 'no';
    return `c${row},${plan},${visits},${(row * 13) % 60},${churned}`;
  });
  return `customer,plan,visits,tenure_months,churned\n${lines.join('\n')}\n`;
}

/** Six months of 200 customers; those who joined lately churn, and nothing else matters. */
function customersByMonth(): string {
  const lines = Array.from({ length: 1200 }, (_, row) => {
    const month = Date.UTC(2024, Math.floor(row / 200), 1);
    const daysSince = (row * 31) % 400;
    const joined = new Date(month - daysSince * 86_400_000).toISOString().slice(0, 10);
    const churned = (row * 7919) % 100 < (daysSince < 100 ? 75 : 10) ? 1 : 0;
    return `c${row % 200},${new Date(month).toISOString().slice(0, 10)},${joined},,${churned}`;
  });
  return `customer,month,joined,notes,churned\n${lines.join('\n')}\n`;
}
