import { type AsOfDate, toEpochDay } from '../../contract/as-of-date.ts';

export const MILLISECONDS_PER_DAY = 86_400_000;
export const DAYS_PER_YEAR = 365.25;
export const DAYS_PER_MONTH = DAYS_PER_YEAR / 12;

/** The span of history that is written: days since 1970-01-01, the end excluded. */
export interface Window {
  readonly startDay: number;
  readonly endDay: number;
}

/** The given number of calendar months before a date. @example simulatedWindow('2026-06-29', 15) starts on 2025-03-29 */
export function simulatedWindow(endDate: AsOfDate, months: number): Window {
  const endDay = toEpochDay(endDate);
  return { startDay: addMonths(endDay, -months), endDay };
}

/** Same day of the month, so many months on; days past the end of a short month fall on its last day. */
export function addMonths(epochDay: number, months: number): number {
  const date = new Date(epochDay * MILLISECONDS_PER_DAY);
  const firstOfMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const first = new Date(firstOfMonth);
  const lengthOfMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return firstOfMonth / MILLISECONDS_PER_DAY + Math.min(date.getUTCDate(), lengthOfMonth) - 1;
}
