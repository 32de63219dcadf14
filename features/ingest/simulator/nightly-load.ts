import { midnight } from './moment.ts';
import type { Window } from './window.ts';

/*
 * Accounts, contracts and tickets are read at the source once a night, so a change is heard of the night after it
 * happened. Events stream in by themselves.
 */

/** What loads within so many hours after a UTC midnight belongs to the day before; the platform's `arrival_hours`. */
export const ARRIVAL_HOURS = 3;

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** The source is read at this time of the day, and the rows are there some minutes later. */
const READ_AT = 2 * HOUR + 10 * MINUTE;
const FASTEST_LOAD = 4 * MINUTE;
const LOAD_VARIES_BY_MINUTES = 21;

/** When a change that was made at a moment has been loaded; milliseconds since 1970-01-01, as everywhere here. */
export function nightlyLoad(changedAt: number): number {
  const night = Math.ceil((changedAt - READ_AT) / midnight(1));
  return midnight(night) + READ_AT + FASTEST_LOAD + ((night * 13) % LOAD_VARIES_BY_MINUTES) * MINUTE;
}

/** The first night loads what there is: the only rows of which nobody knows since when they hold. */
export function firstLoad({ startDay }: Window): number {
  return nightlyLoad(midnight(startDay));
}

/** Whether something that happened and was loaded at these moments is there when the feed ends before a day. */
export function isThere(happenedAt: number, loadedAt: number, feedEndDay: number): boolean {
  return happenedAt < midnight(feedEndDay) && loadedAt < midnight(feedEndDay) + ARRIVAL_HOURS * HOUR;
}

/** Of several changes between two loads the source shows the last. Rows come in order of time. */
export function* lastOfEachNight<Row extends { readonly loaded_at: number }>(
  rows: Iterable<Row>,
): Generator<Row> {
  let held: Row | undefined;
  for (const row of rows) {
    if (held !== undefined && held.loaded_at !== row.loaded_at) yield held;
    held = row;
  }
  if (held !== undefined) yield held;
}
