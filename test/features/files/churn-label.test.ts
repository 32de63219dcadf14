import { expect, test } from 'vitest';
import { parseChurnLabel } from '../../../features/files/churn-label.ts';

test.each(['1', '1.0', 'true', 'True.', ' YES ', 'Churned', 'Attrited Customer', 'left'])(
  '%s churned',
  (text) => {
    expect(parseChurnLabel(text)).toBe(1);
  },
);

test.each([
  '0',
  '0.0',
  '-1',
  'FALSE',
  'no',
  'not_churned',
  'non-churned',
  'Existing Customer',
  'Stayed',
  'retained',
])('%s did not', (text) => {
  expect(parseChurnLabel(text)).toBe(0);
});

test.each(['', '2', 'maybe', '0.5', 'A', '10', '-', '-2'])('%j does not say', (text) => {
  expect(parseChurnLabel(text)).toBeUndefined();
});
