import { describe, expect, it } from 'vitest';
import { riskBand, riskThresholds } from '../../../../models/scoring/probability/risk-bands.ts';

describe('risk bands', () => {
  it('start at multiples of the base odds', () => {
    const thresholds = riskThresholds(0.1);
    expect(thresholds.medium).toBeCloseTo(0.143, 3);
    expect(thresholds.critical).toBeCloseTo(0.526, 3);
    expect([0.05, 0.2, 0.4, 0.9].map((p) => riskBand(thresholds, p))).toEqual([
      'low',
      'medium',
      'high',
      'critical',
    ]);
  });
});
