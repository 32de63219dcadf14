import { mean, standardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { createRandom } from '../../stats/seeded-random.ts';

function draw(count: number, one: () => number): number[] {
  return Array.from({ length: count }, one);
}

test('equal seeds give equal streams, other seeds others', () => {
  const stream = (seed: number | string) => draw(50, createRandom(seed).next);
  expect(stream(1)).toEqual(stream(1));
  expect(stream('1')).toEqual(stream(1));
  expect(stream(1)).not.toEqual(stream(2));
});

test('next is uniform in [0, 1)', () => {
  const values = draw(50_000, createRandom(3).next);
  expect(Math.min(...values.slice(0, 20_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values.slice(0, 20_000))).toBeLessThan(1);
  expect(mean(values)).toBeCloseTo(0.5, 2);
  expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(1 / 12), 2);
});

test('normal has mean 0 and deviation 1, and 5 % beyond 1.96', () => {
  const values = draw(50_000, createRandom(4).normal);
  expect(Math.abs(mean(values))).toBeLessThan(0.02);
  expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(0.02);
  expect(values.filter((value) => Math.abs(value) > 1.96).length / values.length).toBeCloseTo(0.05, 2);
});

test('integer covers [0, limit) evenly', () => {
  const random = createRandom(5);
  const counts = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) counts[random.integer(3)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test('a fork does not depend on earlier draws', () => {
  const fresh = createRandom(6);
  const used = createRandom(6);
  draw(10, used.next);
  expect(draw(5, used.fork('x').next)).toEqual(draw(5, fresh.fork('x').next));
  expect(draw(5, fresh.fork('x').next)).not.toEqual(draw(5, fresh.fork('y').next));
});
