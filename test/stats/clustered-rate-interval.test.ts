import { describe, expect, it } from 'vitest';
import { clusteredRateInterval } from '../../stats/clustered-rate-interval.ts';
import { normalDeviate } from '../../stats/normal-deviate.ts';
import { createRandom } from '../../stats/seeded-random.ts';

it('normalDeviate gives the quantiles of tables', () => {
  expect(normalDeviate(0.8)).toBeCloseTo(1.2815515655446004, 9);
  expect(normalDeviate(0.95)).toBeCloseTo(1.959963984540054, 9);
});

describe('clusteredRateInterval', () => {
  const singles = (ones: number, rows: number) =>
    [
      Float64Array.from({ length: rows }, (_, row) => Number(row < ones)),
      Int32Array.from({ length: rows }, (_, row) => row),
    ] as const;

  it('is the Wilson interval where every row is a cluster of its own', () => {
    // statsmodels.stats.proportion.proportion_confint(12, 400, method='wilson')
    const { low, high } = clusteredRateInterval(...singles(12, 400), 0.95);
    expect(low).toBeCloseTo(0.01725, 3);
    expect(high).toBeCloseTo(0.05173, 3);
  });

  it('counts clusters where all rows say the same', () => {
    const none = clusteredRateInterval(
      new Float64Array(40),
      Int32Array.from({ length: 40 }, (_, row) => row % 8),
      0.95,
    );
    expect(none.low).toBe(0);
    expect(none.high).toBeCloseTo(3.8415 / (8 + 3.8415), 4);
  });

  it('covers as often as it says where rows of a cluster repeat each other', () => {
    const random = createRandom(11);
    const rate = 0.15;
    const clusters = 60;
    const rowsEach = 6;
    const groups = Int32Array.from({ length: clusters * rowsEach }, (_, row) => Math.floor(row / rowsEach));
    let covered = 0;
    const trials = 2_000;
    for (let trial = 0; trial < trials; trial++) {
      const outcomes = new Float64Array(groups.length);
      for (let cluster = 0; cluster < clusters; cluster++) {
        const own = Number(random.next() < rate);
        for (let row = 0; row < rowsEach; row++)
          // Most rows repeat what their cluster is.
          outcomes[cluster * rowsEach + row] = random.next() < 0.8 ? own : Number(random.next() < rate);
      }
      const { low, high } = clusteredRateInterval(outcomes, groups, 0.95);
      covered += Number(low <= rate && rate <= high);
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.985);
  });
});
