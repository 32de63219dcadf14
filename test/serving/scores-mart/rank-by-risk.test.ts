import { expect, it } from 'vitest';
import { rankByRisk } from '../../../serving/scores-mart/rank-by-risk.ts';

it('ranks by probability, then revenue, then account id; unknown revenue is last', () => {
  const probability = Float64Array.of(0.2, 0.9, 0.5, 0.5, 0.5, 0.5);
  const mrrAtRisk = Float64Array.of(1, 1, Number.NaN, 7, 3, 3);
  expect([...rankByRisk(probability, mrrAtRisk, ['a', 'b', 'c', 'd', 'f', 'e'])]).toEqual([6, 1, 5, 2, 4, 3]);
});

it('ranks an empty list', () =>
  expect([...rankByRisk(new Float64Array(), new Float64Array(), [])]).toEqual([]));
