import { describe, expect, it } from 'vitest';
import type { CategoryColumn } from '../../../features/contract/feature-frame.ts';
import {
  type CalibrationLines,
  calibrate,
  identityCalibration,
  linesOf,
} from '../../../models/scoring/probability/calibration.ts';
import { probabilityInterval } from '../../../models/scoring/probability/probability-interval.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { sigmoid } from '../../../stats/sigmoid.ts';
import { fitCalibration } from '../../../training/fit/fit-calibration.ts';
import { hazardTargets } from '../../../training/fit/hazard-targets.ts';

const INTERVALS = 3;
/** True log-odds of every interval's hazard: 0.8 · score - 0.3; tenant "b" has a level of its own. */
const trueLogit = (score: number, tenant: number) => 0.8 * score - 0.3 + (tenant === 1 ? 0.7 : 0);

/** The chance to churn within all intervals, one score per interval. */
function trueProbability(scores: ArrayLike<number>, tenant: number): number {
  let survival = 1;
  for (let interval = 0; interval < INTERVALS; interval++)
    survival *= sigmoid(-trueLogit(scores[interval]!, tenant));
  return 1 - survival;
}

/** Share of held-out accounts whose true probability lies in their interval, and the mean width. */
function coverage(rows: number, tenants: readonly string[], fits: number, seed: number) {
  const random = createRandom(seed);
  const score = () => 1.2 * random.normal() - 2.5;
  let covered = 0;
  let width = 0;
  let asked = 0;
  for (let fit = 0; fit < fits; fit++) {
    const scores = Float64Array.from({ length: rows * INTERVALS }, score);
    const codes = Int32Array.from({ length: rows }, (_, row) => row % tenants.length);
    const churnedBy = Array.from({ length: INTERVALS }, () => new Float64Array(rows));
    for (let row = 0; row < rows; row++)
      for (let interval = 0, churned = 0; interval < INTERVALS; interval++) {
        churned ||= Number(
          random.next() < sigmoid(trueLogit(scores[row * INTERVALS + interval]!, codes[row]!)),
        );
        churnedBy[interval]![row] = churned;
      }
    const tenantIds: CategoryColumn | null =
      tenants.length > 1 ? { kind: 'category', codes, levels: tenants } : null;
    const calibration = fitCalibration({
      targets: hazardTargets(churnedBy),
      hazardLogits: scores,
      evidence: 1,
      tenantIds,
    });
    for (let row = 0; row < 100; row++) {
      const tenant = row % tenants.length;
      const lines = linesOf(calibration, tenants[tenant]);
      const fresh = Float64Array.from({ length: INTERVALS }, score);
      const truth = trueProbability(fresh, tenant);
      calibrate(lines, fresh);
      const { low, high } = probabilityInterval(fresh, lines)!;
      covered += Number(low <= truth && truth <= high);
      width += high - low;
      asked++;
    }
  }
  return { covered: covered / asked, width: width / asked };
}

describe('the 80 % interval of a probability', () => {
  it('holds the truth about four times in five, and narrows with the number of accounts', () => {
    const [small, large] = [coverage(300, [], 150, 1), coverage(3_000, [], 60, 2)];
    for (const { covered } of [small, large]) {
      expect(covered).toBeGreaterThan(0.72);
      expect(covered).toBeLessThan(0.9);
    }
    // By the square root of ten, less what the prior had to say about the few.
    expect(small.width / large.width).toBeGreaterThan(2);
    expect(small.width / large.width).toBeLessThan(3.5);
  });

  it('holds it for tenants with a level of their own', () => {
    const { covered } = coverage(2_000, ['a', 'b'], 60, 3);
    expect(covered).toBeGreaterThan(0.65);
    expect(covered).toBeLessThan(0.93);
  });

  it('holds the probability itself, and is not told by versions that do not know it', () => {
    const lines: CalibrationLines = [
      { slope: 0.9, intercept: 0.1, variance: { slope: 0.01, both: -0.005, intercept: 0.04 } },
    ];
    const { low, high } = probabilityInterval(Float64Array.of(-1), lines)!;
    expect(low).toBeLessThan(sigmoid(-1));
    expect(high).toBeGreaterThan(sigmoid(-1));
    // 1.28 standard deviations at the raw score (-1 - 0.1) / 0.9.
    const raw = -1.1 / 0.9;
    const deviation = Math.sqrt(0.01 * raw ** 2 - 0.01 * raw + 0.04);
    expect(high).toBeCloseTo(sigmoid(-1 + 1.2815515655446004 * deviation), 12);
    expect(probabilityInterval(Float64Array.of(-1), identityCalibration(1).intervals)).toBeNull();
  });
});
