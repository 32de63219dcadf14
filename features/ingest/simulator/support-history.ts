import type { Random } from '../../../stats/seeded-random.ts';
import { chance, exponential, pickIndex } from './draws.ts';
import { CRISIS_DAYS, type Life, levelOf } from './life.ts';
import { workingMoment } from './moment.ts';
import { isThere, lastOfEachNight, nightlyLoad } from './nightly-load.ts';
import type { SupportTicketRow } from './raw-rows.ts';
import type { Region } from './regions.ts';
import { DAYS_PER_MONTH, MILLISECONDS_PER_DAY, type Window } from './window.ts';

export interface SupportCustomer {
  readonly tenantId: string;
  readonly accountId: string;
  readonly region: Region;
  readonly bornDay: number;
  readonly life: Life;
  readonly observedToDay: number;
  /** Nothing at or after this day is known; tickets are still closed when the account is gone. */
  readonly knownToDay: number;
  readonly ticketsPerMonth: number;
}

/**
 * Tickets come evenly, in bursts during a crisis, and somewhat more often while engagement falls. Each is a row when it
 * was opened, and again when somebody gave it another severity, when it was closed, and when the customer rated it;
 * most are never rated.
 */
export function* supportHistory(
  random: Random,
  customer: SupportCustomer,
  window: Window,
): Generator<SupportTicketRow> {
  const { life } = customer;
  let number = 0;
  for (let day = Math.max(window.startDay, customer.bornDay + 1); day < customer.observedToDay; day++) {
    const inCrisis = life.crisisDays.some((first) => day >= first && day < first + CRISIS_DAYS);
    const level = levelOf(life, day);
    const falling = level > 0.4 && level < 0.9 ? 1.6 : 1;
    const perDay = (customer.ticketsPerMonth * falling) / DAYS_PER_MONTH + (inCrisis ? 0.22 : 0);
    if (!chance(random, Math.min(0.9, perDay))) continue;

    const openedAt = workingMoment(random, customer.region, day);
    const closedAt = Math.floor(openedAt + exponential(random, (inCrisis ? 5 : 1.5) * MILLISECONDS_PER_DAY));
    const satisfaction = (inCrisis ? 2 : 3.6 + 0.7 * level) + random.normal();
    const severity = pickIndex(random, inCrisis ? [1, 3, 4, 2] : [4, 5, 1.5, 0.3]);
    const escalatedAt = chance(random, 0.12) ? openedAt + 0.3 * random.next() * (closedAt - openedAt) : null;
    const csat = chance(random, 0.45) ? Math.min(5, Math.max(1, Math.round(satisfaction))) : null;
    const opened = {
      ticket_id: `${customer.accountId}-${++number}`,
      tenant_id: customer.tenantId,
      account_id: customer.accountId,
      opened_at: openedAt,
      closed_at: null,
      severity: SEVERITIES[severity]!,
      csat: null,
    };
    const escalated = { ...opened, severity: SEVERITIES[Math.min(severity + 1, SEVERITIES.length - 1)]! };
    const worked = escalatedAt === null ? opened : escalated;
    const closed = { ...worked, closed_at: closedAt };
    const states = [
      { ...opened, valid_from: openedAt },
      ...(escalatedAt === null ? [] : [{ ...escalated, valid_from: Math.floor(escalatedAt) }]),
      { ...closed, valid_from: closedAt },
      ...(csat === null
        ? []
        : [{ ...closed, csat, valid_from: Math.floor(closedAt + exponential(random, 6 * 3_600_000)) }]),
    ];
    const found = states
      .map((state) => ({ ...state, loaded_at: nightlyLoad(state.valid_from) }))
      .filter((state) => isThere(state.valid_from, state.loaded_at, customer.knownToDay));
    yield* lastOfEachNight(found);
  }
}

const SEVERITIES = ['low', 'normal', 'high', 'urgent'] as const;
