import type { Feed } from '../../bench/gates/nightly-feed.ts';
import type { RawRow } from '../../features/ingest/simulator/raw-rows.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Something wrong with what one tenant sends. */
export interface Poison {
  readonly name: string;
  /** The gate that has to say so, and how. */
  readonly gate: string;
  readonly severity: 'warned' | 'refused';
  /** What must be told of it: the column, or the source. */
  readonly reason: string | null;
  readonly spoil: (feed: Feed, day: number, others: readonly string[]) => Feed;
}

/** @param day The newest day, in days since 1970-01-01; what is spoilt is its rows, where nothing else is said. */
export const POISONS: readonly Poison[] = [
  poison('MRR in cents', 'revenue_jumps', 'refused', null, (feed, day) =>
    sentAgain(feed, 'subscriptions', day, (row) => ({ ...row, mrr: 100 * Number(row.mrr) })),
  ),
  poison('null users', 'missing_values', 'refused', 'user_id', (feed, day) =>
    eventsOf(feed, day, (row) => [{ ...row, user_id: null }]),
  ),
  poison('renamed events', 'unmapped_event_types', 'refused', 'new_days', (feed, day) =>
    eventsOf(feed, day, (row) => [{ ...row, event_type: `crm.${row.event_type}` }]),
  ),
  poison('a silent tenant', 'silent_tenant', 'refused', 'platform_events', (feed, day) =>
    eventsOf(feed, day, () => [], 4),
  ),
  // Two empty weeks must not become what is usual.
  poison('a tenant silent for weeks', 'silent_tenant', 'refused', 'platform_events', (feed, day) =>
    eventsOf(feed, day, () => [], 16),
  ),
  poison('event times 5 hours ahead', 'shifted_hours', 'warned', 'event_time', (feed, day) =>
    eventsOf(feed, day, (row) => [{ ...row, event_time: Number(row.event_time) + 5 * HOUR }], 3),
  ),
  poison('MRR null', 'missing_values', 'refused', 'mrr', (feed, day) =>
    sentAgain(feed, 'subscriptions', day, (row) => ({ ...row, mrr: null })),
  ),
  poison('doubled events', 'doubled_events', 'refused', 'platform_events', (feed, day) =>
    eventsOf(feed, day, (row) => [row, { ...row, event_id: `${row.event_id}-again` }]),
  ),
  poison('a missing day', 'missing_days', 'warned', 'platform_events', (feed, day) =>
    eventsOf(feed, day - 1, () => []),
  ),
  poison('a re-keyed tenant', 'rekeyed_accounts', 'refused', 'account_id', (feed, day) => rekeyed(feed, day)),
  poison('a switched currency', 'switched_currency', 'refused', 'currency', (feed, day) =>
    sentAgain(feed, 'subscriptions', day, (row) => ({ ...row, currency: 'CHF' })),
  ),
  poison('quantities × 100', 'quantity_jumps', 'refused', 'quantity', (feed, day) =>
    eventsOf(feed, day, (row) => [{ ...row, quantity: 100 * Number(row.quantity) }]),
  ),
  poison('no tickets any more', 'stale_source', 'warned', 'support_tickets', (feed, day) =>
    mapped(feed, 'support_tickets', (row) => (Number(row.loaded_at) >= (day - 40) * DAY ? [] : [row])),
  ),
  poison('accounts without owner', 'missing_values', 'refused', 'owner', (feed, day) =>
    sentAgain(feed, 'accounts', day, (row) => ({ ...row, owner: null })),
  ),
  poison('accounts without segment', 'missing_values', 'refused', 'segment', (feed, day) =>
    sentAgain(feed, 'accounts', day, (row) => ({ ...row, segment: null })),
  ),
  poison('future timestamps', 'events_ahead_of_loading', 'warned', 'new_days', (feed, day) =>
    eventsOf(feed, day, (row, index) =>
      index % 5 === 0 ? [{ ...row, event_time: Number(row.event_time) + 400 * DAY }] : [row],
    ),
  ),
  poison('most events of a day lost', 'low_volume', 'warned', 'platform_events', (feed, day) =>
    eventsOf(feed, day, (row, index) => (index % 10 === 0 ? [row] : [])),
  ),
  poison("events with another tenant's ids", 'foreign_events', 'refused', 'account_id', (feed, day, others) =>
    eventsOf(feed, day, (row, index) => [{ ...row, account_id: others[index % others.length]! }]),
  ),
  poison('three times the events', 'high_volume', 'warned', 'platform_events', (feed, day) =>
    eventsOf(feed, day, (row) => [
      row,
      { ...row, event_id: `${row.event_id}-b`, event_time: Number(row.event_time) + 7000 },
      { ...row, event_id: `${row.event_id}-c`, event_time: Number(row.event_time) + 9000 },
    ]),
  ),
  poison('segments by other names', 'new_categories', 'warned', 'segment', (feed, day) =>
    sentAgain(feed, 'accounts', day, (row) => ({ ...row, segment: `Segment ${row.segment}` })),
  ),
  poison(
    'ended subscriptions without an end',
    'reopened_subscriptions',
    'refused',
    'cancelled_at',
    (feed, day) => sentAgain(feed, 'subscriptions', day, (row) => ({ ...row, cancelled_at: null })),
  ),
];

function poison(
  name: string,
  gate: string,
  severity: Poison['severity'],
  reason: string | null,
  spoil: Poison['spoil'],
): Poison {
  return { name, gate, severity, reason, spoil };
}

function mapped(feed: Feed, table: string, change: (row: RawRow) => readonly RawRow[]): Feed {
  return new Map([...feed, [table, feed.get(table)!.flatMap(change)]]);
}

/** Changes the events of the days up to one. */
function eventsOf(
  feed: Feed,
  day: number,
  change: (row: RawRow, index: number) => readonly RawRow[],
  days = 1,
): Feed {
  let index = 0;
  return mapped(feed, 'platform_events', (row) => {
    const at = Number(row.event_time);
    return at >= (day - days + 1) * DAY && at < (day + 1) * DAY ? change(row, index++) : [row];
  });
}

/** The nightly load brings every row as it stands, changed. */
function sentAgain(feed: Feed, table: string, day: number, change: (row: RawRow) => RawRow): Feed {
  const key = table === 'accounts' ? 'account_id' : 'subscription_id';
  const loaded_at = (day + 1) * DAY + 2.5 * HOUR;
  const latest = new Map<unknown, RawRow>();
  for (const row of feed.get(table)!) if (Number(row.loaded_at) < loaded_at) latest.set(row[key], row);
  const again = [...latest.values()].map((row) =>
    change({ ...row, valid_from: day * DAY + 23 * HOUR, loaded_at }),
  );
  return new Map([...feed, [table, [...feed.get(table)!, ...again]]]);
}

/** Every account comes under a new id, and its events too. */
function rekeyed(feed: Feed, day: number): Feed {
  const rename = (row: RawRow) => ({ ...row, account_id: `new-${row.account_id}` });
  const renamed = eventsOf(feed, day, (row) => [rename(row)]);
  const accounts = sentAgain(feed, 'accounts', day, rename).get('accounts')!;
  return new Map([...renamed, ['accounts', accounts]]);
}
