import { midnight } from './moment.ts';
import { isThere, nightlyLoad } from './nightly-load.ts';
import { MISTAKEN_CENTS } from './parameters.ts';
import type { SubscriptionRow } from './raw-rows.ts';
import type { Window } from './window.ts';

/**
 * The rows of a tenant whose billing export once gave prices in cents: for a stretch of days every contract that runs
 * costs a hundredfold, and then what it did before.
 *
 * @param rows Versions in order of time, subscription by subscription
 */
export function* withMistakenCents(
  rows: Iterable<SubscriptionRow>,
  window: Window,
  feedEndDay: number,
): Generator<SubscriptionRow> {
  const from = midnight(window.endDay - MISTAKEN_CENTS.beganDaysAgo);
  const to = from + midnight(MISTAKEN_CENTS.days);
  let versions: SubscriptionRow[] = [];
  for (const row of rows) {
    if (versions.length > 0 && versions[0]!.subscription_id !== row.subscription_id) {
      yield* mistaken(versions, from, to, feedEndDay);
      versions = [];
    }
    versions.push(row);
  }
  yield* mistaken(versions, from, to, feedEndDay);
}

function* mistaken(
  versions: readonly SubscriptionRow[],
  from: number,
  to: number,
  feedEndDay: number,
): Generator<SubscriptionRow> {
  const [beganAt, endedAt] = [nightlyLoad(from), nightlyLoad(to)];
  const inCents = (row: SubscriptionRow) => ({ ...row, mrr: 100 * row.mrr });
  const before = versions.filter(({ loaded_at }) => loaded_at < beganAt);
  const during = versions.filter(({ loaded_at }) => loaded_at >= beganAt && loaded_at < endedAt);
  const after = versions.filter(({ loaded_at }) => loaded_at >= endedAt);
  yield* before;
  const atStart = before.at(-1);
  if (
    atStart?.cancelled_at === null &&
    during[0]?.loaded_at !== beganAt &&
    isThere(from, beganAt, feedEndDay)
  )
    yield inCents({ ...atStart, valid_from: from, loaded_at: beganAt });
  yield* during.map(inCents);
  const atEnd = during.at(-1) ?? atStart;
  if (atEnd?.cancelled_at === null && after[0]?.loaded_at !== endedAt && isThere(to, endedAt, feedEndDay))
    yield { ...atEnd, valid_from: to, loaded_at: endedAt };
  yield* after;
}
