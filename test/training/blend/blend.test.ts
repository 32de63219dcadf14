import { expect, it } from 'vitest';
import { createRandom } from '../../../stats/seeded-random.ts';
import { sigmoid } from '../../../stats/sigmoid.ts';
import { blendShares } from '../../../training/blend/blend.ts';
import { hazardTargets } from '../../../training/fit/hazard-targets.ts';

const random = createRandom(1);
const truth = Float64Array.from({ length: 2_000 }, () => 2 * random.normal());
const targets = hazardTargets([truth.map((x) => (random.next() < sigmoid(x) ? 1 : 0))]);
const noisy = (noise: number): Float64Array => truth.map((x) => x + noise * random.normal());

it('one member gets the whole share', () => {
  expect(blendShares(targets, [truth])).toEqual([1]);
});

it('a member that adds nothing gets nothing', () => {
  expect(blendShares(targets, [truth, noisy(5)])).toEqual([1, 0]);
});

it('the members that help share, and shares add up to one', () => {
  const shares = blendShares(targets, [noisy(1.5), noisy(5), noisy(1.5), noisy(1.5)]);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  expect(shares[1]).toBeLessThan(0.1);
  for (const index of [0, 2, 3]) expect(shares[index]).toBeGreaterThan(0.15);
});

it('two members with different errors share', () => {
  const [first, second] = blendShares(targets, [noisy(1.5), noisy(1.5)]);
  expect(first).toBeGreaterThan(0.2);
  expect(second).toBeGreaterThan(0.2);
});
