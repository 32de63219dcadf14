import { z } from 'zod';

const MILLISECONDS_PER_DAY = 86_400_000;

/** A UTC calendar day written `YYYY-MM-DD`. Features at an as-of date use only events before its midnight. */
export const asOfDateSchema = z.iso.date().brand<'AsOfDate'>();

export type AsOfDate = z.infer<typeof asOfDateSchema>;

/** Days since 1970-01-01, the form in which columns carry dates. @example toEpochDay('1970-01-02') // 1 */
export function toEpochDay(date: AsOfDate): number {
  return Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_PER_DAY;
}

/** @example fromEpochDay(1) // '1970-01-02' */
export function fromEpochDay(epochDay: number): AsOfDate {
  return new Date(epochDay * MILLISECONDS_PER_DAY).toISOString().slice(0, 10) as AsOfDate;
}

/** @example addDays('2026-01-31', 1) // '2026-02-01' */
export function addDays(date: AsOfDate, days: number): AsOfDate {
  return fromEpochDay(toEpochDay(date) + days);
}
