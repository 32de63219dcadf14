import { describe, expect, it } from 'vitest';
import { ascendingOrder } from '../../stats/ascending-order.ts';
import { auc } from '../../stats/auc.ts';
import { averagePrecision } from '../../stats/average-precision.ts';
import { brier } from '../../stats/brier.ts';
import { calibrationSlope } from '../../stats/calibration-slope.ts';
import { clusterBootstrap } from '../../stats/cluster-bootstrap.ts';
import { expectedCalibrationError } from '../../stats/expected-calibration-error.ts';
import { fitLineOnLogit } from '../../stats/fit-line-on-logit.ts';
import { kolmogorovSmirnov } from '../../stats/kolmogorov-smirnov.ts';
import { liftAt } from '../../stats/lift-at.ts';
import { logLoss } from '../../stats/log-loss.ts';
import { logit } from '../../stats/logit.ts';
import { quantiles } from '../../stats/quantiles.ts';
import { reliabilityBins } from '../../stats/reliability-bins.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { shuffledRows } from '../../stats/shuffled-rows.ts';
import { sigmoid } from '../../stats/sigmoid.ts';

const NONE = new Float64Array(0);

describe('metrics that are undefined', () => {
  it.each([
    ['no rows', NONE, NONE],
    ['one class', Float64Array.of(1, 1), Float64Array.of(0.2, 0.3)],
    ['a NaN score', Float64Array.of(0, 1), Float64Array.of(Number.NaN, Number.NaN)],
  ])('%s: ranking metrics are NaN', (_, labels, scores) => {
    expect(auc(labels, scores)).toBeNaN();
    if (labels.length !== 2 || labels[0] === 0) expect(averagePrecision(labels, scores)).toBeNaN();
    if (labels[0] !== 0) expect(kolmogorovSmirnov(labels, scores)).toBeNaN();
    expect(calibrationSlope(labels, scores).slope).toBeNaN();
  });

  it('no rows: means are NaN', () => {
    expect(logLoss(NONE, NONE)).toBeNaN();
    expect(brier(NONE, NONE)).toBeNaN();
    expect(expectedCalibrationError(NONE, NONE)).toBeNaN();
    expect(liftAt(NONE, NONE, 0.1)).toBeNaN();
    expect(quantiles(NONE, [0.5])[0]).toBeNaN();
  });

  it('a certain and wrong forecast has a large, finite loss', () => {
    expect(logLoss(Float64Array.of(1), Float64Array.of(0))).toBeCloseTo(34.54, 1);
  });
});

describe('liftAt', () => {
  it('counts rows tied at the cut in proportion: without information lift is 1', () => {
    expect(liftAt(Float64Array.of(1, 0, 0, 0), new Float64Array(4).fill(0.5), 0.25)).toBeCloseTo(1);
  });
});

describe('reliabilityBins', () => {
  it('leaves out empty bins', () => {
    expect(reliabilityBins(Float64Array.of(0, 1), Float64Array.of(0.2, 0.6), 10)).toHaveLength(2);
  });
});

describe('fitLineOnLogit', () => {
  it('a prior keeps a separable slice near the identity', () => {
    const labels = Float64Array.of(0, 0, 1, 1);
    const logOdds = Float64Array.of(-2, -1, 1, 2);
    expect(fitLineOnLogit(labels, logOdds).slope).toBeNaN();
    const held = fitLineOnLogit(labels, logOdds, undefined, { slopePrecision: 10, interceptPrecision: 10 });
    expect(held.slope).toBeGreaterThan(1);
    expect(held.slope).toBeLessThan(1.3);
  });
});

describe('clusterBootstrap', () => {
  const random = createRandom(1);
  const perGroup = Array.from({ length: 200 }, () => random.normal());
  const mean = (values: number[]) => (weights: Float64Array) => [
    values.reduce((sum, value, row) => sum + value * weights[row]!, 0) /
      weights.reduce((sum, weight) => sum + weight, 0),
  ];
  const width = (copies: number): number => {
    const values = perGroup.flatMap((value) => Array<number>(copies).fill(value));
    const groups = Int32Array.from(values.keys(), (row) => 7 + Math.floor(row / copies));
    const [interval] = clusterBootstrap(mean(values), { groups, resamples: 300, seed: 3, coverage: 0.95 });
    return interval!.high - interval!.low;
  };

  it('covers about ±1.96 standard errors of the group mean', () => {
    expect(width(1)).toBeGreaterThan(0.2);
    expect(width(1)).toBeLessThan(0.36);
  });

  it('is no narrower when every group is repeated', () => {
    expect(width(10)).toBeCloseTo(width(1), 10);
  });

  it('leaves out resamples in which the statistic is NaN', () => {
    let call = 0;
    const [interval] = clusterBootstrap(() => [call++ % 2 === 0 ? Number.NaN : 5], {
      groups: Int32Array.of(0, 1),
      resamples: 10,
      seed: 1,
      coverage: 0.95,
    });
    expect(interval).toEqual({ low: 5, high: 5 });
  });
});

describe('small parts', () => {
  it('ascendingOrder keeps the order of equal values and knows sorted input', () => {
    expect([...ascendingOrder(Float64Array.of(2, 1, 2, 1))]).toEqual([1, 3, 0, 2]);
    expect([...ascendingOrder(Float64Array.of(1, 1, 2))]).toEqual([0, 1, 2]);
  });

  it('sigmoid and logit are inverses, and sigmoid is finite in both tails', () => {
    expect(logit(sigmoid(-30))).toBeCloseTo(-30, 6);
    expect(sigmoid(-800)).toBe(0);
    expect(sigmoid(800)).toBe(1);
  });

  it('shuffledRows is a permutation, the same for the same seed', () => {
    const rows = shuffledRows(100, createRandom(5));
    expect([...rows].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect(shuffledRows(100, createRandom(5))).toEqual(rows);
  });
});
