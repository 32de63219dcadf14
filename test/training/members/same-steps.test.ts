import { expect, it } from 'vitest';
import { type FittedMember, sameSteps } from '../../../training/members/fit-member.ts';
import type { Slice } from '../../../training/splits/slice.ts';

const member = (fittedRows: number, epochs: readonly number[]) =>
  ({ plannedEpochs: 40, epochs, fittedRows }) as FittedMember;
const sliceOf = (rows: number): Slice => ({ rows: new Int32Array(rows), labels: [] });

it('takes half the epochs on twice the rows, and the same number on the same rows', () => {
  expect(sameSteps(member(1_000, [10]), sliceOf(2_000))).toEqual({ plannedEpochs: 20, stopAfter: [5, 0] });
  expect(sameSteps(member(1_000, [10, 4]), sliceOf(1_000))).toEqual({
    plannedEpochs: 40,
    stopAfter: [10, 4],
  });
});

it('trains at least once, and does not grow if growing did not help', () => {
  expect(sameSteps(member(1_000, [1, 0]), sliceOf(9_000)).stopAfter).toEqual([1, 0]);
});

it('counts the fitted rows, not all rows', () => {
  expect(sameSteps(member(60_000, [8]), sliceOf(500_000)).stopAfter[0]).toBe(8);
});
