import { expect, test } from 'vitest';
import { bandOf, churnRates, daysApart } from '../../notebooks/churn-rate.ts';

const observed = {
  churned: Float64Array.of(1, 0, 0, 0, 1, 1, 0, 1),
  groups: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
};

test('a rate and an interval for each level, without levels that have no rows and rows that have no level', () => {
  const rates = churnRates(observed, ['few', 'many', 'never'], (row) => (row === 7 ? -1 : row < 4 ? 0 : 1));
  expect(rates).toMatchObject([
    { level: 'few', rows: 4, churned: 1, churn_rate: 0.25 },
    { level: 'many', rows: 3, churned: 2, churn_rate: 2 / 3 },
  ]);
  for (const { low, churn_rate, high } of rates) {
    expect(low).toBeLessThan(churn_rate);
    expect(high).toBeGreaterThan(churn_rate);
  }
});

test('intervals are wider when rows belong to fewer accounts', () => {
  const width = (groups: Int32Array) => {
    const churned = Float64Array.from({ length: 200 }, (_, row) => Number(Math.floor(row / 10) % 2 === 0));
    const [rate] = churnRates({ churned, groups }, ['all'], () => 0);
    return rate!.high - rate!.low;
  };
  const apart = width(Int32Array.from({ length: 200 }, (_, row) => row));
  const together = width(Int32Array.from({ length: 200 }, (_, row) => Math.floor(row / 10)));
  expect(together).toBeGreaterThan(2 * apart);
});

test('a band holds values below its edge, and a missing value has no band', () => {
  expect(
    [0, 1.9, 2, 15, Number.POSITIVE_INFINITY, Number.NaN].map((value) => bandOf(value, [2, 4, 15])),
  ).toEqual([0, 0, 1, 3, 3, -1]);
});

test('as-of dates start with the first and keep their distance', () => {
  expect([...daysApart([70, 28, 0, 28, 14, 42, 56], 30)]).toEqual([0, 42]);
  expect([...daysApart([], 30)]).toEqual([]);
  expect([...daysApart([5, 35], 30)]).toEqual([5, 35]);
});
