import { expect, it } from 'vitest';
import type { FeatureFrame } from '../../../features/contract/feature-frame.ts';
import { weeklyEvents } from '../../../serving/batch/weekly-events.ts';

const week = (ago: number) => `events_week_${String(ago).padStart(2, '0')}`;

/** Two accounts: the first did something in one week, the second is not known in one. */
function frame(weeks: number): FeatureFrame {
  return {
    rowCount: 2,
    columns: new Map(
      Array.from({ length: weeks }, (_, at) => [
        week(at + 1),
        { kind: 'number', values: Float64Array.of(at === 1 ? 7 : 0, at === 0 ? Number.NaN : 3) },
      ]),
    ),
  };
}

it('has the oldest week first, and none where a week is not known', () => {
  expect(weeklyEvents(frame(12))).toEqual(['[0,0,0,0,0,0,0,0,0,0,7,0]', null]);
});

it('is none for a feature set without twelve weeks', () => {
  expect(weeklyEvents(frame(11))).toEqual([null, null]);
});
