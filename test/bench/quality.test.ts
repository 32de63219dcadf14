import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataSet } from '../../bench/quality/data-sets.ts';
import { prepareOnlineRetail } from '../../bench/quality/prepare-online-retail.ts';
import { prepareRandomSplits } from '../../bench/quality/prepare-random-splits.ts';
import type { QualityRow } from '../../bench/quality/quality-row.ts';
import { summarise } from '../../bench/quality/summarise.ts';
import { withDuckDb } from '../../bench/quality/with-duckdb.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'churn-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsOf = (sql: string) =>
  withDuckDb(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJS());

test('random splits: a fifth of each class is the test, another one for each seed, nobody is in both', async () => {
  const file = join(folder, 'customers.csv');
  const lines = Array.from({ length: 100 }, (_, row) => `${row},${row % 4 === 0 ? 'Yes' : 'No'}`);
  writeFileSync(file, `n,churn\n${lines.join('\n')}\n`);
  const table = { set: 'small', file, folder, seeds: [1, 2] };
  const [first, second] = await prepareRandomSplits(table);
  const tests = await Promise.all(
    [first!, second!].map(({ test }) => rowsOf(`select * from read_parquet('${test}')`)),
  );
  expect(tests.map((rows) => rows.length)).toEqual([20, 20]);
  expect(tests.map((rows) => rows.filter(({ churned }) => churned === 1).length)).toEqual([5, 5]);
  expect(tests[0]!.map(({ n }) => n)).not.toEqual(tests[1]!.map(({ n }) => n));
  expect(
    await rowsOf(
      `select count(distinct n)::integer as accounts, count(*)::integer as rows
       from read_parquet(['${first!.train}', '${first!.test}'])`,
    ),
  ).toEqual([{ accounts: 100, rows: 100 }]);
  expect(existsSync(`${first!.test}.partial`)).toBe(false);
});

test('online retail: features end where the label begins, and training labels close before the test', async () => {
  const file = join(folder, 'retail.parquet');
  await withDuckDb(async (connection) => {
    await connection.run(`
      copy (
        select 'i' || line as InvoiceNo, 'p' as StockCode, 'x' as Description, 1 as Quantity, 2.0 as UnitPrice,
               customer as CustomerID, 'UK' as Country, bought as InvoiceDate
        from (values
          (1, 1.0, timestamp '2011-06-11 10:00'), -- the day before the last training as-of date
          (2, 1.0, timestamp '2011-06-12 10:00'), -- on it: tells the label, and is no feature
          (3, 2.0, timestamp '2011-06-11 10:00'),
          (4, 2.0, timestamp '2011-09-10 10:00'), -- on the day after its label window: does not unmake that churn
          (5, 3.0, timestamp '2011-09-09 10:00')
        ) as purchases (line, customer, bought)
      ) to '${file}' (format parquet)`);
  });
  const [split] = await prepareOnlineRetail(file, folder);
  const { train, test: later } = split!;
  const select = (table: string) =>
    rowsOf(`select account_id, as_of_date::varchar as as_of, orders_7d::integer as orders, spend_84d as spend,
                   days_since_last_order::integer as recency, churned
            from read_parquet('${table}') order by all`);
  const last = { as_of: '2011-06-12', orders: 1, spend: 2, recency: 1 };
  expect((await select(train)).filter(({ as_of }) => as_of === '2011-06-12')).toEqual([
    { account_id: '1', ...last, churned: 0 },
    { account_id: '2', ...last, churned: 1 },
  ]);
  expect(await select(later)).toEqual([
    { account_id: '1', as_of: '2011-09-10', orders: 0, spend: 0, recency: 90, churned: 1 },
    { account_id: '3', as_of: '2011-09-10', orders: 1, spend: 2, recency: 1, churned: 1 },
  ]);
  expect(
    await rowsOf(`select max(as_of_date + 90) <= date '2011-09-10' as closed from read_parquet('${train}')`),
  ).toEqual([{ closed: true }]);
});

describe('claims of the benchmark', () => {
  const set = (name: string, trainingSecondsAllowed: number | null = null): DataSet => ({
    name,
    title: name,
    trainingSecondsAllowed,
    prepare: async () => [],
  });
  const row = (of: Partial<QualityRow>): QualityRow => ({
    set: 'a',
    seed: 1,
    model: 'ours',
    version: '',
    auc: 0.8,
    log_loss: 0.2,
    brier: 0.1,
    ece: 0.01,
    lift_at_10: 3,
    seconds: 10,
    training_rows: 100,
    test_rows: 6000,
    churned: 600,
    ...of,
  });
  const passed = (rows: readonly QualityRow[], sets: readonly DataSet[]) =>
    Object.fromEntries(summarise(rows, sets, ['p', 'q']).map((found) => [found.wanted, found.passed]));

  test('compare means over seeds with the best peer, over all sets', () => {
    const sets = [set('a', 60), set('oulad-drop-off')];
    const rows = [
      row({ log_loss: 0.1 }),
      row({ seed: 2, log_loss: 0.3, seconds: 61 }),
      row({ model: 'p', log_loss: 0.21, auc: 0.8029 }),
      row({ model: 'q', log_loss: 0.5, auc: 0.7 }),
      row({ set: 'oulad-drop-off', log_loss: 0.15, ece: 0.021 }),
      row({ set: 'oulad-drop-off', model: 'p', log_loss: 0.16, auc: 0.79 }),
      row({ set: 'oulad-drop-off', model: 'q', log_loss: 0.14, auc: 0.7 }),
    ];
    expect(passed(rows, sets)).toEqual({
      'log-loss below every peer on all sets but one at most': true,
      "mean log-loss at least 2 % below the best peer's mean": true,
      'nowhere more than 0.003 AUC behind the best': true,
      'on oulad-drop-off ahead of all in AUC and log-loss': false,
      'calibration error on a at most 0.02': true,
      'calibration error on oulad-drop-off at most 0.02': false,
      'training on a within 60 s': false,
    });
  });

  test('fail when missed, and are left out without our model or peers', () => {
    const sets = [set('a'), set('b')];
    const rows = ['a', 'b'].flatMap((name) => [
      row({ set: name }),
      row({ set: name, model: 'p', log_loss: 0.199, auc: 0.8031 }),
    ]);
    expect(Object.values(passed(rows, sets)).slice(0, 3)).toEqual([false, false, false]);
    expect(
      summarise(
        rows.filter(({ model }) => model === 'ours'),
        sets,
        ['p'],
      ),
    ).toEqual([]);
  });
});
