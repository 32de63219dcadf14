import { expect, it } from 'vitest';
import { topOfList } from '../../../training/evaluation/top-of-list.ts';

const ROWS = 200;
/** Row r has score r / 200, and the upper half of the top tenth churned. */
const forecast = Float64Array.from({ length: ROWS }, (_, row) => row / ROWS);
const outcome = Float64Array.from(forecast, (score) => Number(score >= 0.95));
const accounts = Int32Array.from({ length: ROWS }, (_, row) => row >> 1);

it('takes the highest scores, and counts accounts', () => {
  const [tenth, twentieth, hundredth] = topOfList(outcome, forecast, accounts);
  expect(tenth).toMatchObject({ share: 0.1, rows: 20, accounts: 10, churned: 10, least_probability: 0.9 });
  expect(tenth!.mean_probability).toBeCloseTo(0.9475, 12);
  expect(tenth!.observed_rate.value).toBe(0.5);
  // Ten accounts of two rows that agree: Wilson's interval of five in ten, hardly wider for there being ten only.
  expect(tenth!.observed_rate.low).toBeCloseTo(0.23, 1);
  expect(tenth!.observed_rate.high).toBeCloseTo(0.77, 1);
  expect(twentieth).toMatchObject({ rows: 10, churned: 10 });
  expect(twentieth!.observed_rate.low).toBeLessThan(0.7);
  expect(hundredth).toMatchObject({ rows: 2, accounts: 1 });
});

it('takes rows of the same score together', () => {
  const tied = forecast.map((score) => Math.min(score, 0.5));
  const tops = topOfList(outcome, tied, accounts);
  expect(tops.map(({ rows }) => rows)).toEqual([100, 100, 100]);
  expect(topOfList(new Float64Array(0), new Float64Array(0), new Int32Array(0))).toEqual([]);
});
