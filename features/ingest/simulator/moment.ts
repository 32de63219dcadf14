import type { Random } from '../../../stats/seeded-random.ts';
import type { Region } from './regions.ts';
import { MILLISECONDS_PER_DAY } from './window.ts';

const MILLISECONDS_PER_HOUR = 3_600_000;
const HOURS_EAST: Readonly<Record<Region, number>> = { amer: -6, emea: 1, apac: 8, latam: -3 };

/** A moment within the UTC day, mostly at the region's working hours; milliseconds since 1970-01-01. */
export function workingMoment(random: Random, region: Region, epochDay: number): number {
  const localHour = 13 + 3 * random.normal();
  const hour = (((localHour - HOURS_EAST[region]) % 24) + 24) % 24;
  return (
    epochDay * MILLISECONDS_PER_DAY +
    Math.min(Math.floor(hour * MILLISECONDS_PER_HOUR), MILLISECONDS_PER_DAY - 1)
  );
}

const LANDING_INTERVAL = MILLISECONDS_PER_HOUR / 4;

/** Events land in batches, at the end of the quarter of an hour. */
export function landedAt(eventTime: number): number {
  return (Math.floor(eventTime / LANDING_INTERVAL) + 1) * LANDING_INTERVAL;
}

export function midnight(epochDay: number): number {
  return epochDay * MILLISECONDS_PER_DAY;
}
