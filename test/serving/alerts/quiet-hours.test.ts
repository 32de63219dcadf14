import { expect, it } from 'vitest';
import { whenHeard } from '../../../serving/alerts/quiet-hours.ts';

const NIGHT = { from: '20:00', to: '07:00', zone: 'Europe/Berlin' };

it.each([
  ['2026-11-26T18:59:59Z', '2026-11-26T18:59:59.000Z'],
  ['2026-11-26T19:00:00Z', '2026-11-27T06:00:00.000Z'],
  ['2026-11-27T05:59:30Z', '2026-11-27T06:00:00.000Z'],
  ['2026-11-27T06:00:00Z', '2026-11-27T06:00:00.000Z'],
  // Summer time: Berlin is two hours ahead.
  ['2026-07-01T18:30:00Z', '2026-07-02T05:00:00.000Z'],
])('quiet hours over midnight in a zone of their own: %s is heard at %s', (now, heard) => {
  expect(whenHeard(NIGHT, new Date(now)).toISOString()).toBe(heard);
});

it('quiet hours within a day, and none at all', () => {
  const noon = new Date('2026-11-26T12:30:00Z');
  expect(whenHeard({ from: '12:00', to: '13:00', zone: 'UTC' }, noon).toISOString()).toBe(
    '2026-11-26T13:00:00.000Z',
  );
  expect(whenHeard({ from: '13:00', to: '14:00', zone: 'UTC' }, noon)).toEqual(noon);
  expect(whenHeard(undefined, noon)).toEqual(noon);
});
