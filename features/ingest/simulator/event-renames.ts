import type { Account } from './account.ts';
import { midnight } from './moment.ts';
import type { Window } from './window.ts';

/**
 * A release of the product gives some events other names. Both names of the first are mapped to a kind of activity; of
 * the second neither is.
 */
const RENAMES: Readonly<Record<string, string>> = {
  page_view: 'page',
  assistant_prompted: 'copilot_prompted',
};
const RELEASED_AT = 0.55;
/** One account in so many updates its clients this much later. */
const LATECOMERS = 5;
const LATE_BY_DAYS = 60;

/** The name that an account's clients give an event at a moment. */
export function eventNaming(
  account: Account,
  window: Window,
): (eventType: string, eventTime: number) => string {
  const released = window.startDay + Math.floor(RELEASED_AT * (window.endDay - window.startDay));
  const isLate = Number(account.id.replaceAll(/\D/g, '')) % LATECOMERS === 0;
  const from = midnight(released + (isLate ? LATE_BY_DAYS : 0));
  return (eventType, eventTime) => (eventTime < from ? eventType : (RENAMES[eventType] ?? eventType));
}
