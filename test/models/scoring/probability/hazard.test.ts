import { describe, expect, it } from 'vitest';
import { cumulativeProbabilities, lastHorizonLogit } from '../../../../models/scoring/probability/hazard.ts';
import { sigmoid } from '../../../../stats/sigmoid.ts';

describe('hazards', () => {
  it('add up, and never fall with the horizon', () => {
    const [first, second] = cumulativeProbabilities(Float64Array.of(0, 0, -800, 800), 2, 2);
    expect([...first!]).toEqual([0.5, 0]);
    expect([...second!]).toEqual([0.75, 1]);
  });

  it('the last horizon’s log-odds and slopes agree with the probabilities', () => {
    const logits = [-2, -1, 0.5];
    const slopes = new Float64Array(3);
    const value = lastHorizonLogit(logits, slopes);
    const p = cumulativeProbabilities(Float64Array.from(logits), 1, 3)[2]![0]!;
    expect(sigmoid(value)).toBeCloseTo(p, 12);
    for (const interval of [0, 1, 2]) {
      const moved = logits.with(interval, logits[interval]! + 1e-6);
      expect((lastHorizonLogit(moved, new Float64Array(3)) - value) / 1e-6).toBeCloseTo(slopes[interval]!, 4);
    }
  });
});
