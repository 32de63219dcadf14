import { expect, test } from 'vitest';
import { closestName } from '../../../features/files/closest-name.ts';

test.each([
  ['account_id', ['name', 'AccountID', 'account'], 'AccountID'],
  ['event_time', ['time', 'evnt_time', 'x'], 'evnt_time'],
  ['event_time', ['quantity', 'time'], 'time'],
  ['churn', ['churned', 'tenure'], 'churned'],
  ['tenant_id', ['colour', 'shape'], undefined],
  ['tenant_id', [], undefined],
])('%s among %j is %s', (wanted, candidates, expected) => {
  expect(closestName(wanted, candidates)).toBe(expected);
});
