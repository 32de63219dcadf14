import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { expectedAuc } from '../../stats/expected-auc.ts';
import { expectedBrier } from '../../stats/expected-brier.ts';
import { expectedLogLoss } from '../../stats/expected-log-loss.ts';
import { gammaQuantile } from '../../stats/gamma-quantile.ts';
import { populationStabilityIndex } from '../../stats/population-stability-index.ts';
import { psiByChance } from '../../stats/psi-by-chance.ts';

const numbers = z.array(z.number());
const golden = z
  .object({
    source: z.string(),
    cases: z.array(
      z.object({
        name: z.string(),
        probabilities: numbers,
        top_rows: z.int(),
        expected: z.object({
          auc: z.number(),
          precision_of_top: z.number(),
          log_loss: z.number(),
          brier: z.number(),
        }),
      }),
    ),
    psi: z.array(z.object({ reference: numbers, current: numbers, expected: z.number() })),
    gamma_quantiles: z.array(z.object({ shape: z.number(), chance: z.number(), expected: z.number() })),
    psi_by_chance: z.array(
      z.object({
        bins: z.int(),
        sizes: z.tuple([z.number(), z.number()]),
        chance: z.number(),
        critical: z.number(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../golden/expected-performance.json', import.meta.url), 'utf8')));

describe.each(golden.cases)(`estimates without outcomes agree with ${golden.source}: $name`, (example) => {
  const probabilities = Float64Array.from(example.probabilities);

  it('AUC', () => expect(Math.abs(expectedAuc(probabilities) - example.expected.auc)).toBeLessThan(1e-6));
  it('log loss', () => expect(expectedLogLoss(probabilities)).toBeCloseTo(example.expected.log_loss, 12));
  it('Brier score', () => expect(expectedBrier(probabilities)).toBeCloseTo(example.expected.brier, 12));
  it('precision of the top, which is its mean probability', () => {
    const top = probabilities.toSorted().subarray(-example.top_rows);
    const mean = top.reduce((sum, probability) => sum + probability, 0) / top.length;
    expect(mean).toBeCloseTo(example.expected.precision_of_top, 12);
  });
});

describe(`agree with ${golden.source}`, () => {
  it.each(golden.psi)('population stability index of $reference and $current', (example) => {
    const [reference, current] = [Float64Array.from(example.reference), Float64Array.from(example.current)];
    expect(populationStabilityIndex(reference, current)).toBeCloseTo(example.expected, 12);
  });

  it.each(golden.gamma_quantiles)('gamma quantile $shape, $chance', ({ shape, chance, expected }) => {
    expect(gammaQuantile(shape, chance) / expected).toBeCloseTo(1, 9);
  });

  it.each(golden.psi_by_chance)('what chance gives $bins bins of $sizes', (example) => {
    const { critical } = psiByChance(example.bins, example.sizes, example.chance);
    expect(critical / example.critical).toBeCloseTo(1, 9);
  });
});

it('estimates are NaN where there is nothing to estimate', () => {
  expect(expectedAuc(Float64Array.of(0, 0))).toBeNaN();
  expect(expectedAuc(Float64Array.of())).toBeNaN();
  expect(expectedLogLoss(Float64Array.of())).toBeNaN();
  expect(populationStabilityIndex(Float64Array.of(0, 0), Float64Array.of(1, 2))).toBeNaN();
});
