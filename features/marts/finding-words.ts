import type { Finding } from './build-report.ts';
import { FEED_WORDS } from './feed-words.ts';
import { counted, type FindingWords, percent, share } from './finding-parts.ts';

export type { FindingWords } from './finding-parts.ts';

/** @example findingWords(orphans).what // '12 of 900 events (1.3 %) belong to 2 accounts that raw.accounts does not have: a7, a9' */
export function findingWords(finding: Finding): FindingWords {
  const words = WORDS[finding.finding];
  if (words === undefined) throw new TypeError(`the finding ${finding.finding} has no words`);
  return words(finding);
}

/** Of one finding, with whose it is and, where it refuses a build, the limit that it breaks. */
export function findingSentence(finding: Finding): string {
  const { what, remedy } = findingWords(finding);
  const limit =
    finding.severity === 'refused'
      ? `, more than the ${percent(finding.refuseAbove!)} that refuse a build`
      : '';
  return `${finding.tenantId}: ${what}${limit}; ${remedy}`;
}

const WORDS: Readonly<Record<string, (finding: Finding) => FindingWords>> = {
  ...FEED_WORDS,
  unmapped_event_types: (found) => ({
    what: `${share(found, 'events')}${ofNewDays(found)} have an event_type that counts as no kind but other: ${found.subject}`,
    remedy: 'say which kind each is with `churn import event-kinds`, or rename them by `values` in a mapping',
  }),
  orphan_events: (found) => ({
    what: `${share(found, 'events')}${ofNewDays(found)} have an account_id that raw.accounts does not know, ${counted(found.quantity!, 'id')} in all${found.subject === null ? '' : `: ${found.subject}`}`,
    remedy: 'import these accounts, or correct account_id',
  }),
  events_before_creation: (found) => ({
    what: `${share(found, 'events')} lie before created_at of their account, by ${counted(found.quantity!, 'day')} at most: ${found.subject}`,
    remedy: 'correct created_at, or the time zone of event_time',
  }),
  late_events: (found) => late(found, 'events'),
  late_accounts: (found) => late(found, 'account versions'),
  late_subscriptions: (found) => late(found, 'subscription versions'),
  late_tickets: (found) => late(found, 'ticket versions'),
  arrival_hours: (found) => ({
    what: `most events are loaded after the midnight that they should count for, and ${share(found, 'events')} within ${counted(found.quantity!, 'hour')} of it, but arrival_hours is ${found.subject ?? 'less'}`,
    remedy: `set arrival_hours to ${found.quantity} in tenant-settings, and run the night after that hour`,
  }),
  events_ahead_of_loading: (found) => ({
    what: `${share(found, found.reason === 'new_days' ? 'events loaded last' : 'events')} have an event_time after their own loaded_at`,
    remedy: 'correct the clock or the time zone of event_time',
  }),
  uncountable_quantities: (found) => ({
    what: `${share(found, 'events')} have a quantity that cannot be counted (10^15 or more) and count once each`,
    remedy: 'correct quantity',
  }),
  events_alike: (found) => ({
    what: `${share(found, 'events')} without event_id say the same as another, from ${found.firstDate} to ${found.lastDate}, as when an export overlaps the last one`,
    remedy: 'give events an event_id, or export without overlap',
  }),
  never_scored: (found) => {
    const { why, remedy } = UNSCORED[found.reason!]!;
    return { what: `${share(found, 'accounts')} are never scored: ${why}: ${found.subject}`, remedy };
  },
  missing_currency_rates: (found) => ({
    what: `currency ${found.subject} has no rate, so revenue of ${counted(found.quantity!, 'account')} with ${counted(found.rows, 'subscription')} is unknown`,
    remedy: 'import its rate with `churn import currency-rates`',
  }),
  revenue_jumps: (found) => ({
    what: `mrr of ${share(found, 'subscriptions')} grew ${Math.round(found.quantity!)}-fold at once, as when cents are taken for whole currency: ${found.subject}`,
    remedy:
      'import them again in whole currency (`scale: 0.01` in a mapping), or if the prices are right raise revenue_jumps with `churn import build-thresholds`',
  }),
  ended_before_start: (found) => ({
    what: `${share(found, 'subscriptions')} have a cancelled_at before their started_at: ${found.subject}`,
    remedy: 'correct one of the two',
  }),
  negative_amounts: (found) => ({
    what: `${share(found, 'subscriptions')} have negative seats or mrr: ${found.subject}`,
    remedy: 'correct them',
  }),
  definition_doubt: (found) => {
    const { why, remedy } = DOUBTS[found.reason!]!;
    return { what: `${share(found, 'accounts')} ${why.replace('{definition}', found.subject!)}`, remedy };
  },
  outlying_first_events: (found) => ({
    what: `${share(found, 'active account days')} lie long before all others, from ${found.firstDate}, and make no as-of dates: history begins ${found.lastDate}`,
    remedy: 'set history_from in tenant-settings to decide where it begins',
  }),
  moved_accounts: (found) => ({
    what:
      found.reason === 'out'
        ? `${counted(found.rows, 'account')} fell silent as the same id came up in another tenant: ${found.subject}`
        : `${counted(found.rows, 'account')} came up as the same id fell silent in another tenant: ${found.subject}`,
    remedy:
      'if they moved, they did not churn: erase them where they were, or bear in mind what their labels say',
  }),
  events_ended: (found) => ({
    what: `there is no event after ${found.firstDate}, and data is taken to be complete up to ${found.lastDate}`,
    remedy: 'if the feed stopped, set data_through in tenant-settings to the day when it did',
  }),
};

const UNSCORED: Readonly<Record<string, { readonly why: string; readonly remedy: string }>> = {
  no_day: {
    why: 'the tenant has no 28 days of events',
    remedy: 'import its events',
  },
  no_definition: {
    why: 'churn_definition is none',
    remedy: 'set another one in tenant-settings to score them',
  },
  too_new: {
    why: 'they were created after the newest full day',
    remedy: 'they are scored once a full day has passed',
  },
  ended_before_start: {
    why: 'their subscriptions end before they start',
    remedy: 'correct cancelled_at or started_at',
  },
  not_started: {
    why: 'their subscriptions start after the newest full day',
    remedy: 'they are scored from then on',
  },
  no_subscription: {
    why: 'they have no subscription, and churn is contractual here',
    remedy: 'import their subscriptions, or set churn_definition to both to score them by inactivity',
  },
  ended: {
    why: 'their subscriptions had ended before the first day',
    remedy: 'import more of their history to learn from them',
  },
  no_events: {
    why: 'they have no event, and churn is by inactivity here',
    remedy: 'import their events, or their subscriptions',
  },
  silent: {
    why: 'they were silent before the first day',
    remedy: 'import more of their history to learn from them',
  },
};

const DOUBTS: Readonly<Record<string, { readonly why: string; readonly remedy: string }>> = {
  unsaid: {
    why: 'have no subscription and others have, so churn is taken to be {definition}',
    remedy: 'set churn_definition in tenant-settings to say which it is',
  },
  unsubscribed_accounts: {
    why: 'have no subscription, so they are never scored: churn_definition is {definition}',
    remedy: 'set churn_definition to both to score them by inactivity',
  },
  subscribed_accounts: {
    why: 'have a subscription, and its end counts for nothing: churn_definition is {definition}',
    remedy: 'set churn_definition to contractual or both if contracts decide',
  },
};

function late(found: Finding, of: string): FindingWords {
  return {
    what: `${share(found, of)} were loaded after the midnight that they should have counted for, the latest by ${counted(found.quantity!, 'day')}`,
    remedy: 'they count from their loading on; history is declared with `churn import --backfill`',
  };
}

/** A finding about all events may also be told of one new day, where history does not drown it. */
function ofNewDays({ reason, firstDate }: Finding): string {
  return reason === 'new_days' ? ` of ${firstDate}` : '';
}
