import { describe, expect, it } from 'vitest';
import { identityCalibration, linesOf } from '../../../models/scoring/probability/calibration.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { sigmoid } from '../../../stats/sigmoid.ts';
import { fitCalibration } from '../../../training/fit/fit-calibration.ts';
import { type HazardTargets, hazardTargets } from '../../../training/fit/hazard-targets.ts';

const random = createRandom(1);
/** Outcomes whose true log-odds are 0.5 · score - 1. */
const made = (rows: number) => {
  const scores = Float64Array.from({ length: rows }, () => 2 * random.normal());
  return {
    scores,
    targets: hazardTargets([scores.map((x) => (random.next() < sigmoid(0.5 * x - 1) ? 1 : 0))]),
  };
};

const fitOn = (targets: HazardTargets, hazardLogits: Float64Array, evidence: number) =>
  fitCalibration({ targets, hazardLogits, evidence, tenantIds: null });

describe('fitCalibration', () => {
  it('finds the line that generated the outcomes', () => {
    const { scores, targets } = made(20_000);
    const [line] = fitOn(targets, scores, 1).intervals;
    expect(line!.slope).toBeCloseTo(0.5, 1);
    expect(line!.intercept).toBeCloseTo(-1, 1);
  });

  it('stays near the identity with little data', () => {
    const { scores, targets } = made(20);
    const [line] = fitOn(targets, scores, 1).intervals;
    expect(Math.abs(line!.slope - 1)).toBeLessThan(0.4);
  });

  it('gives repeated rows of an account little weight', () => {
    const { scores, targets } = made(400);
    const [much] = fitOn(targets, scores, 1).intervals;
    const [little] = fitOn(targets, scores, 0.02).intervals;
    expect(Math.abs(little!.slope - 1)).toBeLessThan(Math.abs(much!.slope - 1));
  });

  it('keeps the order of scores even if the slice contradicts it', () => {
    const { scores, targets } = made(5_000);
    const [line] = fitOn(
      targets,
      scores.map((x) => -x),
      1,
    ).intervals;
    expect(line!.slope).toBeGreaterThan(0);
  });

  it('is the identity for an interval without rows', () => {
    const open = hazardTargets([Float64Array.of(0, 1), Float64Array.of(Number.NaN, Number.NaN)]);
    const { intervals } = fitOn(open, Float64Array.of(-1, 0, 1, 0), 1);
    expect(intervals[1]!.slope).toBeCloseTo(1);
    expect(intervals[1]!.intercept).toBeCloseTo(0);
    expect(identityCalibration(2).intervals).toHaveLength(2);
  });

  describe('per tenant', () => {
    // Of every 24 rows, 20 are of a tenant whose odds are a third of what the scores say, 1 of a small one like it.
    const rows = 6_000;
    const scores = Float64Array.from({ length: rows }, () => 2 * random.normal() - 1);
    const codes = Int32Array.from({ length: rows }, (_, row) => (row % 24 < 20 ? 0 : row % 24 < 23 ? 1 : 2));
    const labels = scores.map((x, row) => (random.next() < sigmoid(codes[row] === 1 ? x : x - 1.1) ? 1 : 0));
    const fitted = (evidence: number) =>
      fitCalibration({
        targets: hazardTargets([labels]),
        hazardLogits: scores,
        evidence,
        tenantIds: { kind: 'category', codes, levels: ['large', 'other', 'small'] },
      });
    const moved = (calibration: ReturnType<typeof fitted>, tenant: string) =>
      linesOf(calibration, tenant)[0]!.intercept;

    it('a large tenant keeps its own line', () => {
      const calibration = fitted(1);
      expect(moved(calibration, 'large')).toBeCloseTo(-1.1, 0);
      expect(moved(calibration, 'other')).toBeGreaterThan(moved(calibration, 'large') + 0.6);
    });

    it('a small tenant gets a line between its own and that of all tenants', () => {
      const calibration = fitted(0.2);
      const all = calibration.intervals[0]!.intercept;
      expect(Math.abs(moved(calibration, 'small') - all)).toBeLessThan(
        Math.abs(moved(calibration, 'other') - all),
      );
    });

    it('a tenant with few churned accounts, or an unseen one, gets the line of all tenants', () => {
      const calibration = fitted(0.01);
      expect(Object.keys(calibration.tenants)).not.toContain('small');
      expect(linesOf(calibration, 'small')).toBe(calibration.intervals);
      expect(linesOf(calibration, 'constructor')).toBe(calibration.intervals);
      expect(linesOf(calibration, undefined)).toBe(calibration.intervals);
    });
  });
});
