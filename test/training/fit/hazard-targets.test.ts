import { describe, expect, it } from 'vitest';
import { hazardTargets } from '../../../training/fit/hazard-targets.ts';

describe('hazardTargets', () => {
  it('end at churn and where the window is open', () => {
    const unknown = Number.NaN;
    const { atRisk, events } = hazardTargets([
      Float64Array.of(0, 1, 0, unknown),
      Float64Array.of(0, 1, unknown, unknown),
      Float64Array.of(1, 0, unknown, 1),
    ]);
    expect([...atRisk]).toEqual([1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0]);
    expect([...events]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
