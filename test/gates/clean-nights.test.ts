import { expect, it } from 'vitest';
import { cleanNights } from '../../bench/gates/clean-nights.ts';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { findingSentence } from '../../features/marts/finding-words.ts';

it('the nights from Christmas to the new year raise no alarm where nothing is wrong', async () => {
  const alarms = await cleanNights({
    seed: 5,
    tenants: 16,
    months: 5,
    endDate: asOfDateSchema.parse('2026-01-02'),
    nights: 9,
  });
  expect(
    alarms.map(({ asOf, finding }) => `${asOf} ${finding.severity} ${findingSentence(finding)}`),
  ).toEqual([]);
}, 240_000);
