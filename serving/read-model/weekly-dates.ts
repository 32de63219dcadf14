import type { AsOfDate } from '../../features/contract/as-of-date.ts';

const WEEK_MILLISECONDS = 7 * 86_400_000;

/** Positions of the dates that are a week or more apart, counted back from the last: a line over half a year needs no more. */
export function weeklyDates(dates: readonly AsOfDate[]): number[] {
  const kept: number[] = [];
  let next = Number.POSITIVE_INFINITY;
  for (let at = dates.length - 1; at >= 0; at--) {
    const time = Date.parse(dates[at]!);
    if (time > next) continue;
    kept.unshift(at);
    next = time - WEEK_MILLISECONDS;
  }
  return kept;
}
