import type { Finding } from './build-report.ts';
import { counted, type FindingWords, number, share } from './finding-parts.ts';

/** Findings about what came in the days that no score has seen yet, beside the tenant's own past. */
export const FEED_WORDS: Readonly<Record<string, (finding: Finding) => FindingWords>> = {
  low_volume: (found) => ({
    what: `${number(found.quantity!)} rows of ${found.reason} for ${found.firstDate}, where the same weekday usually brings ${number(found.totalRows)}`,
    remedy: 'import what is missing and run the night again',
  }),
  high_volume: (found) => ({
    what: `${number(found.quantity!)} rows of ${found.reason} for ${found.firstDate}, where the same weekday usually brings ${number(found.totalRows)}`,
    remedy: 'check that nothing was sent twice or for another tenant',
  }),
  missing_days: (found) => ({
    what: `no event for ${counted(found.rows, 'whole day')} with events after them, ${span(found)}; such days usually bring ${number(Math.round(found.quantity! / found.rows))} events`,
    remedy: 'import the events of these days and run the night again',
  }),
  silent_tenant: (found) => ({
    what: `no event after ${found.firstDate}, for ${counted(found.rows, 'day')} of the newest week that usually bring ${number(Math.round(found.quantity!))} events together`,
    remedy:
      'import the events that are missing; if the tenant has left, set data_through in tenant-settings to the day when its feed ended',
  }),
  stale_source: (found) => ({
    what: `no row of ${found.reason} after ${found.firstDate}, for ${counted(found.rows, 'day')}, where one usually comes within ${counted(found.totalRows, 'day')}`,
    remedy: 'check that source, and import what is missing',
  }),
  doubled_events: (found) => ({
    what: `${share(found, 'events')} of ${found.firstDate} repeat another word for word under an id of their own`,
    remedy: 'load the day again without the copies, under the event ids of the first delivery',
  }),
  missing_values: (found) => ({
    what: `${share(found, found.reason === 'user_id' ? 'events' : 'rows')} of ${span(found)} have no ${found.reason}, where the tenant's rows used to have one`,
    remedy: `import the rows again with ${found.reason}; rows that come later replace them, events need their event_id`,
  }),
  new_categories: (found) => ({
    what: `${share(found, found.reason === 'event_type' ? 'events' : 'rows')} of ${span(found)} have a ${found.reason} that no row of the tenant had before: ${found.subject}`,
    remedy: 'if it is an old value under another name, map it with `values` in a mapping',
  }),
  quantity_jumps: (found) => ({
    what: `${share(found, 'events')} of ${found.firstDate} have quantities ${times(found.quantity!)} what their type usually has: ${found.subject}`,
    remedy: 'import them in the unit of before (`scale` in a mapping)',
  }),
  shifted_hours: (found) => ({
    what: `the ${number(found.rows)} events of ${found.firstDate} fit the tenant's usual hours best when moved by ${-found.quantity!} hours`,
    remedy: 'correct the time zone of event_time',
  }),
  foreign_events: (found) => ({
    what: `${share(found, 'events')} of ${found.firstDate} have an account_id that only another tenant has, ${counted(found.quantity!, 'id')} in all`,
    remedy: 'correct tenant_id where they come from, and remove them here',
  }),
  rekeyed_accounts: (found) => ({
    what: `${share(found, 'active accounts')} of ${found.firstDate} have an id that was never active before, and the old ids are silent`,
    remedy: 'send the ids of before; a score follows an account by its id alone',
  }),
  switched_currency: (found) => ({
    what: `${share(found, 'subscriptions')} that came again changed their currency: ${found.subject}`,
    remedy: 'if the billing did not move, send the currency of before',
  }),
  reopened_subscriptions: (found) => ({
    what: `${share(found, 'ended subscriptions')} lost their cancelled_at, so their accounts are customers again`,
    remedy: 'send cancelled_at again if they are still cancelled',
  }),
  returned_accounts: (found) => ({
    what: `${share(found, 'accounts to be scored')} had left and are back at once`,
    remedy: 'check cancelled_at of their subscriptions, or the tenant of their events',
  }),
  lost_rows: (found) => ({
    what:
      found.reason === 'account_features'
        ? `${share(found, 'eligible accounts')} have no features`
        : `${share(found, 'events')} came in and are not counted in any activity`,
    remedy: 'build everything anew with `churn features build --full`',
  }),
};

function span({ firstDate, lastDate }: Finding): string {
  return firstDate === lastDate ? String(firstDate) : `${firstDate} to ${lastDate}`;
}

/** @example times(100) // '100 times'; times(0.01) // 'a 100th of' */
function times(factor: number): string {
  return factor >= 1 ? `${number(Math.round(factor))} times` : `a ${number(Math.round(1 / factor))}th of`;
}

/** The findings that are about new days alone. */
export const FEED_FINDINGS: ReadonlySet<string> = new Set(Object.keys(FEED_WORDS));
