import { describe, expect, it } from 'vitest';
import { waterfall } from '../../../serving/read-model/waterfall.ts';
import type { ExplainedDriver } from '../../../serving/scores-mart/tell-drivers.ts';

const driver = (theme_label: string, contribution: number) =>
  ({ theme_label, contribution }) as ExplainedDriver;

describe('the way from the typical account', () => {
  const probability = 0.37;
  const logOdds = Math.log(0.37 / 0.63);

  it('is as long as the distance of the log-odds, whatever is told one by one', () => {
    for (const drivers of [
      [],
      [driver('seats', 1.25)],
      [driver('seats', 1.25), driver('support', -0.75), driver('renewal', 0.3333)],
    ]) {
      const way = waterfall({ drivers, typical_log_odds: -2.6, churn_probability_90d: probability })!;
      const sum = way.steps.reduce((total, { contribution }) => total + contribution, way.typicalLogOdds);
      expect(sum).toBeCloseTo(logOdds, 12);
      expect(way.logOdds).toBeCloseTo(logOdds, 12);
      expect(way.steps.at(-1)!.probabilityAfter).toBeCloseTo(probability, 12);
      expect(way.steps.at(-1)!.theme).toBeNull();
    }
  });

  it('has no step for what rounding leaves', () => {
    const drivers = [driver('seats', logOdds + 2.6)];
    const way = waterfall({ drivers, typical_log_odds: -2.6, churn_probability_90d: probability })!;
    expect(way.steps.map(({ theme }) => theme)).toEqual(['seats']);
  });

  it('is none for a score that does not say where it starts, or is certain', () => {
    expect(waterfall({ drivers: [], typical_log_odds: null, churn_probability_90d: 0.3 })).toBeNull();
    expect(waterfall({ drivers: [], typical_log_odds: -2, churn_probability_90d: 1 })).toBeNull();
  });
});
