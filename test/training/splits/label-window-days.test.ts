import { expect, it } from 'vitest';
import { labelWindowDays } from '../../../training/splits/label-window-days.ts';

it('label windows are read from the column name', () => {
  expect(labelWindowDays('churned_90d')).toBe(90);
  expect(labelWindowDays('churn')).toBeNull();
});
