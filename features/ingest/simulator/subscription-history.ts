import type { Random } from '../../../stats/seeded-random.ts';
import { type ContractTerms, renewalOnOrAfter } from './contract-terms.ts';
import { chance, uniform } from './draws.ts';
import { type Life, levelUnder } from './life.ts';
import { midnight } from './moment.ts';
import type { SubscriptionRow } from './raw-rows.ts';
import { MILLISECONDS_PER_DAY, type Window } from './window.ts';

export interface Subscriber {
  readonly tenantId: string;
  readonly accountId: string;
  readonly contract: ContractTerms;
  readonly seats: number;
  readonly currency: string;
  /** Multiplies the list price. */
  readonly priceFactor: number;
  readonly life: Life;
  /** Nothing at or after this day is known: the end of the window, or of the tenant's feed. */
  readonly knownToDay: number;
}

/**
 * A subscription is one row until its price or seats change at a renewal; then the old row is cancelled at that
 * instant and a new one starts. So every renewal lies whole terms after `started_at`.
 */
export function subscriptionHistory(
  random: Random,
  subscriber: Subscriber,
  window: Window,
): SubscriptionRow[] {
  const { contract, life, knownToDay } = subscriber;
  const endsOnDay = Math.min(life.leavesOnDay, knownToDay);
  const rows: SubscriptionRow[] = [];
  let startedOnDay = contract.startsOnDay;
  let seats = subscriber.seats;
  let priceFactor = subscriber.priceFactor;
  // Still on trial when its tenant's feed ended.
  if (startedOnDay >= knownToDay) return rows;

  function close(renewsOnDay: number, cancelledAt: number | null): void {
    rows.push({
      ...terms(subscriber, seats, priceFactor),
      started_at: midnight(startedOnDay),
      renews_at: midnight(renewsOnDay),
      cancelled_at: cancelledAt,
    });
  }

  let renewsOnDay = renewalOnOrAfter(contract, Math.max(startedOnDay + 1, window.startDay));
  for (; renewsOnDay < endsOnDay; renewsOnDay = renewalOnOrAfter(contract, renewsOnDay + 1)) {
    const newSeats = seatsAtRenewal(random, seats, contract, life, renewsOnDay);
    const priceRise = life.priceRises.get(renewsOnDay) ?? 1;
    if (newSeats === seats && priceRise === 1) continue;
    close(renewsOnDay, midnight(renewsOnDay));
    startedOnDay = renewsOnDay;
    seats = newSeats;
    priceFactor *= priceRise;
  }

  if (life.leavesOnDay >= knownToDay) {
    close(renewalOnOrAfter(contract, knownToDay + 1), null);
  } else {
    const leavesAtRenewal = renewalOnOrAfter(contract, life.leavesOnDay) === life.leavesOnDay;
    const hours = leavesAtRenewal ? 0 : 7 + 12 * random.next();
    const cancelledAt = midnight(life.leavesOnDay) + Math.floor((hours / 24) * MILLISECONDS_PER_DAY);
    close(renewalOnOrAfter(contract, life.leavesOnDay), cancelledAt);
  }
  return rows;
}

/** Healthy customers grow now and then; one in decline cuts seats before it cuts the contract. */
function seatsAtRenewal(
  random: Random,
  seats: number,
  { billing }: ContractTerms,
  { declines }: Life,
  renewalDay: number,
): number {
  const level = declines.reduce((product, decline) => product * levelUnder(decline, renewalDay), 1);
  const [growth, cut] = billing === 'annual' ? [0.15, 0.4] : [0.02, 0.08];
  if (level > 0.9 && chance(random, growth))
    return Math.ceil(seats * uniform(random, { low: 1.1, high: 1.5 }));
  if (level < 0.6 && chance(random, cut))
    return Math.max(1, Math.floor(seats * uniform(random, { low: 0.5, high: 0.85 })));
  return seats;
}

const PLANS = [
  { name: 'starter', fromSeats: 0, pricePerSeat: 19 },
  { name: 'growth', fromSeats: 6, pricePerSeat: 39 },
  { name: 'scale', fromSeats: 20, pricePerSeat: 59 },
] as const;

function terms(subscriber: Subscriber, seats: number, priceFactor: number) {
  const { tenantId, accountId, contract, currency } = subscriber;
  const plan = PLANS.findLast(({ fromSeats }) => seats >= fromSeats) ?? PLANS[0];
  const discount = contract.billing === 'annual' ? 0.85 : 1;
  return {
    tenant_id: tenantId,
    account_id: accountId,
    plan: `${plan.name}-${contract.billing}`,
    seats,
    mrr: Math.round(seats * plan.pricePerSeat * priceFactor * discount * 100) / 100,
    currency,
  };
}
