import { describe, expect, it } from 'vitest';
import { mergeSparseBins } from '../../stats/merge-sparse-bins.ts';
import { populationStabilityIndex } from '../../stats/population-stability-index.ts';
import { psiByChance } from '../../stats/psi-by-chance.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { type ObservedCount, shrunkenRatios } from '../../stats/shrunken-ratios.ts';

const random = createRandom(20261126);

describe('psiByChance', () => {
  it.each([
    [40, 60],
    [400, 2_000],
  ])('samples of %i and %i from one distribution exceed it as seldom as it says', (n, m) => {
    const draw = (size: number) => {
      const counts = new Float64Array(10);
      // Uneven shares: the first bin holds over a third, the last one in fifty.
      for (let row = 0; row < size; row++) counts[Math.floor(10 * random.next() ** 2)]! += 1;
      return counts;
    };
    const trials = 4_000;
    let exceeded = 0;
    let sum = 0;
    let mean = 0;
    for (let trial = 0; trial < trials; trial++) {
      const [reference, current] = mergeSparseBins(draw(n), draw(m), 10);
      const chance = psiByChance(reference.length, [n, m], 0.05);
      const psi = populationStabilityIndex(reference, current);
      exceeded += Number(psi > chance.critical);
      sum += psi / trials;
      mean += chance.mean / trials;
    }
    expect(exceeded / trials).toBeGreaterThan(0.03);
    expect(exceeded / trials).toBeLessThan(0.065);
    expect(sum / mean).toBeCloseTo(1, 0);
  });
});

describe('mergeSparseBins', () => {
  it('loses no observation, and leaves no bin nearly empty', () => {
    const reference = Float64Array.of(0, 3, 40, 1, 0, 0, 2);
    const current = Float64Array.of(1, 0, 60, 0, 0, 1, 20);
    const [before, now] = mergeSparseBins(reference, current, 10);
    expect([...before]).toEqual([43, 3]);
    expect([...now]).toEqual([61, 21]);
    expect(mergeSparseBins(Float64Array.of(1, 1), Float64Array.of(0, 1), 10)[0]).toEqual(Float64Array.of(2));
    expect(mergeSparseBins(Float64Array.of(9, 9, 1), Float64Array.of(9, 9, 1), 10)[0]).toEqual(
      Float64Array.of(9, 10),
    );
  });
});

describe('shrunkenRatios', () => {
  it('draws a small group more than a large one, and keeps what is far off', () => {
    const groups = [
      { observed: 3, expected: 1 },
      { observed: 300, expected: 100 },
      ...Array.from({ length: 18 }, (_, group) => ({ observed: 95 + (group % 11), expected: 100 })),
    ];
    const [small, large, usual] = shrunkenRatios(groups, 0.99);
    expect(small!.value).toBeLessThan(2);
    expect(small!.low).toBeLessThan(1);
    expect(large!.value).toBeGreaterThan(2.5);
    expect(large!.low).toBeGreaterThan(2);
    expect(usual!.low).toBeLessThan(1);
    expect(usual!.high).toBeGreaterThan(1);
  });

  it('raises a false alarm for fewer than one group in a hundred', () => {
    let alarms = 0;
    let groups = 0;
    for (let trial = 0; trial < 100; trial++) {
      const counts = Array.from({ length: 12 }, (_, group): ObservedCount => {
        const expected = 2 + 6 * group;
        let observed = 0;
        for (let account = 0; account < 10 * expected; account++) observed += Number(random.next() < 0.1);
        return { observed, expected };
      });
      for (const { low, high } of shrunkenRatios(counts, 0.99)) {
        groups++;
        alarms += Number(low > 1 || high < 1);
      }
    }
    expect(alarms / groups).toBeLessThan(0.01);
  });

  it('a group alone, and groups without an event, are not taken at their word', () => {
    const [alone] = shrunkenRatios([{ observed: 0, expected: 2 }], 0.99);
    expect(alone!.value).toBeCloseTo(1 / 3, 12);
    expect(alone!.high).toBeGreaterThan(1);
    expect(
      shrunkenRatios(
        [
          { observed: 0, expected: 1 },
          { observed: 0, expected: 1 },
        ],
        0.99,
      )[0]!.high,
    ).toBeGreaterThan(1);
  });
});
