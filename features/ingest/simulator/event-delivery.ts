import type { Random } from '../../../stats/seeded-random.ts';
import type { Account } from './account.ts';
import { chance, logNormal, uniform } from './draws.ts';
import { landedAt, midnight } from './moment.ts';
import { isThere } from './nightly-load.ts';
import { EVENT_DELIVERY } from './parameters.ts';
import type { PlatformEventRow, RecordedEvent } from './raw-rows.ts';

const HOUR = 3_600_000;

/**
 * What of an account's events has landed, each with its id: at once, late where somebody worked without a connection or
 * a batch was lost, all together after an outage of the tenant's feed, and some of them twice.
 */
export function* deliveredEvents(
  random: Random,
  account: Account,
  events: Iterable<RecordedEvent>,
  feedEndDay: number,
): Generator<PlatformEventRow> {
  const { outage } = account.tenant;
  const fieldUsers = new Set(
    account.users.filter(() => chance(random, EVENT_DELIVERY.fieldUsers)).map(({ id }) => id),
  );
  let number = 0;
  for (const event of events) {
    const event_id = `${account.id}-${(number++).toString(36)}`;
    const isOut = outage !== null && event.event_time >= outage.from && event.event_time < outage.to;
    const waits = waitingTime(random, event.user_id !== null && fieldUsers.has(event.user_id));
    const loaded_at = isOut ? outage.deliveredAt : landedAt(event.event_time + waits);
    if (isThere(event.event_time, loaded_at, feedEndDay)) yield { event_id, ...event, loaded_at };
    if (!chance(random, EVENT_DELIVERY.doubled)) continue;
    const again = landedAt(loaded_at + HOUR * logNormal(random, EVENT_DELIVERY.doubledAfterHours));
    if (isThere(event.event_time, again, feedEndDay)) yield { event_id, ...event, loaded_at: again };
  }
}

function waitingTime(random: Random, isFieldUser: boolean): number {
  if (chance(random, EVENT_DELIVERY.lostBatches))
    return midnight(uniform(random, EVENT_DELIVERY.foundAfterDays));
  if (!isFieldUser || !chance(random, EVENT_DELIVERY.offline)) return 0;
  return HOUR * logNormal(random, EVENT_DELIVERY.offlineHours);
}
