import { describe, expect, it } from 'vitest';
import { BadInput } from '../../features/contract/failure.ts';
import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import { checkLabels } from '../../training/check-labels.ts';
import { madeUpAccounts } from '../models/made-up-accounts.ts';

const good = madeUpAccounts({ rows: 200, seed: 1, targets: ['churned_30d', 'churned_60d'] });
const labelledWith = (first: Float64Array, second = good.labels[1]!): LabelledFrame => ({
  ...good,
  labels: [first, second],
});
const fill = (label: (row: number) => number): Float64Array =>
  Float64Array.from({ length: 200 }, (_, row) => label(row));

describe('checkLabels', () => {
  it('accepts usable labels, with open windows too', () => {
    expect(checkLabels(good)).toEqual([]);
    expect(
      checkLabels(
        labelledWith(
          good.labels[0]!,
          fill(() => Number.NaN),
        ),
      ),
    ).toEqual([]);
  });

  it.each([
    ['nobody churned', fill(() => 0), /label churned_30d: has one class only \(0 of 200 churned\)/],
    ['everybody churned', fill(() => 1), /one class only \(200 of 200/],
    ['hardly anybody churned', fill((row) => (row < 2 ? 1 : 0)), /has 2 churned of 200, at least 5 of each/],
    ['few known', fill((row) => (row < 49 ? row % 2 : Number.NaN)), /known for 49 rows, at least 50/],
    ['none known', fill(() => Number.NaN), /known for 0 rows/],
    ['another number', fill((row) => row % 3), /holds 2; give 1 for churned/],
  ])('refuses: %s', (_, labels, message) => {
    expect(() => checkLabels(labelledWith(labels))).toThrow(message);
    expect(() => checkLabels(labelledWith(labels))).toThrow(BadInput);
  });

  it('notes rows that churned and returned', () => {
    const back = labelledWith(
      fill((row) => (row < 20 ? 1 : 0)),
      fill((row) => (row < 15 || row > 100 ? 1 : 0)),
    );
    expect(checkLabels(back)).toEqual([
      '5 rows churned by churned_30d but not by churned_60d; they count as churned',
    ]);
  });
});
