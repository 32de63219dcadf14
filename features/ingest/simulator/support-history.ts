import type { Random } from '../../../stats/seeded-random.ts';
import { chance, exponential, pickIndex } from './draws.ts';
import { CRISIS_DAYS, type Life, levelUnder } from './life.ts';
import { workingMoment } from './moment.ts';
import type { SupportTicketRow } from './raw-rows.ts';
import type { Region } from './tenant.ts';
import { DAYS_PER_MONTH, MILLISECONDS_PER_DAY, type Window } from './window.ts';

export interface SupportCustomer {
  readonly tenantId: string;
  readonly accountId: string;
  readonly region: Region;
  readonly bornDay: number;
  readonly life: Life;
  readonly observedToDay: number;
  readonly ticketsPerMonth: number;
}

/**
 * Tickets come evenly, in bursts during a crisis, and somewhat more often while engagement falls. A ticket that
 * is open when the window ends has no close and no csat; most closed ones have no csat either.
 */
export function supportHistory(
  random: Random,
  customer: SupportCustomer,
  window: Window,
): SupportTicketRow[] {
  const rows: SupportTicketRow[] = [];
  const { life } = customer;
  const end = window.endDay * MILLISECONDS_PER_DAY;
  for (let day = Math.max(window.startDay, customer.bornDay + 1); day < customer.observedToDay; day++) {
    const inCrisis = life.crisisDays.some((first) => day >= first && day < first + CRISIS_DAYS);
    const level = life.declines.reduce((product, decline) => product * levelUnder(decline, day), 1);
    const falling = level > 0.4 && level < 0.9 ? 1.6 : 1;
    const perDay = (customer.ticketsPerMonth * falling) / DAYS_PER_MONTH + (inCrisis ? 0.22 : 0);
    if (!chance(random, Math.min(0.9, perDay))) continue;

    const openedAt = workingMoment(random, customer.region, day);
    const closedAt = Math.floor(openedAt + exponential(random, (inCrisis ? 5 : 1.5) * MILLISECONDS_PER_DAY));
    const satisfaction = (inCrisis ? 2 : 3.6 + 0.7 * level) + random.normal();
    const answered = chance(random, 0.45);
    const isOpen = closedAt >= end;
    rows.push({
      tenant_id: customer.tenantId,
      account_id: customer.accountId,
      opened_at: openedAt,
      closed_at: isOpen ? null : closedAt,
      severity: SEVERITIES[pickIndex(random, inCrisis ? [1, 3, 4, 2] : [4, 5, 1.5, 0.3])]!,
      csat: isOpen || !answered ? null : Math.min(5, Math.max(1, Math.round(satisfaction))),
    });
  }
  return rows;
}

const SEVERITIES = ['low', 'normal', 'high', 'urgent'] as const;
