import { expect, it } from 'vitest';
import { calibrate } from '../../../../models/scoring/probability/calibration.ts';

it('calibration applies a line to each interval', () => {
  const logits = Float64Array.of(1, 1, 2, 2);
  calibrate(
    [
      { slope: 2, intercept: 0 },
      { slope: 1, intercept: -1 },
    ],
    logits,
  );
  expect([...logits]).toEqual([2, 0, 4, 1]);
});
