import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auc } from '../../stats/auc.ts';
import { averagePrecision } from '../../stats/average-precision.ts';
import { brier } from '../../stats/brier.ts';
import { calibrationSlope } from '../../stats/calibration-slope.ts';
import { expectedCalibrationError } from '../../stats/expected-calibration-error.ts';
import { kolmogorovSmirnov } from '../../stats/kolmogorov-smirnov.ts';
import { liftAt } from '../../stats/lift-at.ts';
import { logLoss } from '../../stats/log-loss.ts';
import { quantiles } from '../../stats/quantiles.ts';

const golden = z
  .object({
    source: z.string(),
    cases: z.array(
      z.object({
        name: z.string(),
        labels: z.array(z.number()),
        probabilities: z.array(z.number()),
        weights: z.array(z.number()).nullable(),
        expected: z.record(z.string(), z.number().nullable()),
      }),
    ),
    quantiles: z.object({
      values: z.array(z.number()),
      fractions: z.array(z.number()),
      expected: z.array(z.number()),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')));

describe.each(golden.cases)(`metrics agree with ${golden.source}: $name`, (example) => {
  const labels = Float64Array.from(example.labels);
  const probabilities = Float64Array.from(example.probabilities);
  const weights = example.weights === null ? undefined : Float64Array.from(example.weights);
  const line = calibrationSlope(labels, probabilities, weights);
  const ours: Record<string, number> = {
    auc: auc(labels, probabilities, weights),
    average_precision: averagePrecision(labels, probabilities, weights),
    log_loss: logLoss(labels, probabilities, weights),
    brier: brier(labels, probabilities, weights),
    ks: kolmogorovSmirnov(labels, probabilities, weights),
    calibration_slope: line.slope,
    calibration_intercept: line.intercept,
    ece: expectedCalibrationError(labels, probabilities, 10, weights),
    lift_at_10: liftAt(labels, probabilities, 0.1, weights),
  };
  const known = Object.entries(example.expected).filter(([, value]) => value !== null);

  it.each(known)('%s', (metric, value) => {
    expect(ours[metric]).toBeCloseTo(value!, metric.startsWith('calibration') ? 4 : 10);
  });
});

it('quantiles agree with numpy', () => {
  const ours = quantiles(Float64Array.from(golden.quantiles.values), golden.quantiles.fractions);
  golden.quantiles.expected.forEach((value, index) => {
    expect(ours[index]).toBeCloseTo(value, 12);
  });
});
