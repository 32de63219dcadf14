import type { Random } from '../../../stats/seeded-random.ts';
import { type AddOn, drawAddOns, isDropped } from './add-ons.ts';
import { type ContractTerms, renewalOnOrAfter } from './contract-terms.ts';
import { type Currency, LIST_PRICE } from './currencies.ts';
import { chance, uniform } from './draws.ts';
import { type Life, levelOf } from './life.ts';
import { midnight } from './moment.ts';
import { firstLoad, isThere, lastOfEachNight, nightlyLoad } from './nightly-load.ts';
import { PAUSED_BILLS } from './parameters.ts';
import type { SubscriptionRow } from './raw-rows.ts';
import { MILLISECONDS_PER_DAY, type Window } from './window.ts';

export interface Subscriber {
  readonly tenantId: string;
  readonly accountId: string;
  readonly contract: ContractTerms;
  readonly seats: number;
  readonly currency: Currency;
  /** Multiplies the list price. */
  readonly priceFactor: number;
  readonly life: Life;
  /** Nothing at or after this day is known: the end of the window, or of the tenant's feed. */
  readonly knownToDay: number;
}

/** What the billing system holds of one subscription from a moment on. */
export interface BillingState {
  readonly from: number;
  readonly plan: string;
  readonly seats: number | null;
  readonly mrr: number;
  readonly renewsOnDay: number;
  readonly cancelledAt: number | null;
}

/**
 * Every version of an account's subscriptions that the nightly load found: the main contract, and add-ons that renew
 * with it. A renewal moves the date in place; so do upgrades in mid-term (with proration), downgrades and price rises at
 * a renewal, and bills that pause.
 */
export function* subscriptionHistory(
  random: Random,
  subscriber: Subscriber,
  window: Window,
): Generator<SubscriptionRow> {
  const { contract, knownToDay, accountId } = subscriber;
  // Still on trial when its tenant's feed ended.
  if (contract.startsOnDay >= knownToDay) return;
  const states = mainContract(random.fork('contract'), subscriber, window);
  const id = `sub-${accountId}`;
  yield* lastOfEachNight(
    versions(subscriber, window, { id, product: 'crm', startsOnDay: contract.startsOnDay }, states),
  );
  const draws = random.fork('add-ons');
  for (const addOn of drawAddOns(draws, subscriber, window)) {
    const ofAddOn = addOnStates(draws, addOn, subscriber, window, states);
    yield* lastOfEachNight(versions(subscriber, window, { id: `${id}-${addOn.product}`, ...addOn }, ofAddOn));
  }
}

/** The main contract from its start, or from the opening of the window, to its end. */
export function mainContract(random: Random, subscriber: Subscriber, window: Window): BillingState[] {
  const { contract, life, knownToDay } = subscriber;
  const endsOnDay = Math.min(life.leavesOnDay, knownToDay);
  const states: BillingState[] = [];
  const canPause = contract.billing === 'monthly' && chance(random, PAUSED_BILLS);
  let { seats, priceFactor } = subscriber;
  let fromDay = Math.max(contract.startsOnDay, window.startDay);
  let renewsOnDay = renewalOnOrAfter(contract, fromDay + 1);
  let isPaused = false;

  function hold(from: number, cancelledAt: number | null = null): void {
    states.push({ from, ...terms(subscriber, seats, isPaused ? 0 : priceFactor), renewsOnDay, cancelledAt });
  }

  hold(midnight(contract.startsOnDay));
  while (fromDay < endsOnDay) {
    const grownOnDay = upgradeDay(random, contract, life, fromDay, renewsOnDay);
    if (grownOnDay < Math.min(renewsOnDay, endsOnDay) && !isPaused) {
      seats = grown(random, seats);
      hold(officeHours(random, grownOnDay));
    }
    if (renewsOnDay >= endsOnDay) break;
    fromDay = renewsOnDay;
    seats = seatsAtRenewal(random, seats, contract, levelOf(life, fromDay));
    priceFactor *= life.priceRises.get(fromDay) ?? 1;
    isPaused =
      canPause &&
      life.declines.some((dip) => dip.isPause && fromDay >= dip.onsetDay && fromDay < dip.recoversFromDay);
    renewsOnDay = renewalOnOrAfter(contract, fromDay + 1);
    hold(renewedAt(fromDay));
  }
  if (life.leavesOnDay < knownToDay) {
    const atRenewal = renewsOnDay === life.leavesOnDay;
    const end = atRenewal ? midnight(life.leavesOnDay) : officeHours(random, life.leavesOnDay);
    hold(end, end);
  }
  return states;
}

function addOnStates(
  random: Random,
  addOn: AddOn,
  { contract, life, knownToDay }: Subscriber,
  window: Window,
  main: readonly BillingState[],
): BillingState[] {
  const states: BillingState[] = [];
  const end = main.at(-1)!.cancelledAt;
  const endsOnDay = Math.min(life.leavesOnDay, knownToDay);
  const mrr = Math.round(addOn.price * main[0]!.mrr * 100) / 100;
  let renewsOnDay = renewalOnOrAfter(contract, Math.max(addOn.startsOnDay, window.startDay) + 1);

  function hold(from: number, cancelledAt: number | null = null): void {
    const plan = `${addOn.product}-${contract.billing}`;
    states.push({ from, plan, seats: null, mrr, renewsOnDay, cancelledAt });
  }

  hold(midnight(addOn.startsOnDay));
  while (renewsOnDay < endsOnDay) {
    const day = renewsOnDay;
    if (isDropped(random, contract.billing, levelOf(life, day))) {
      hold(midnight(day), midnight(day));
      return states;
    }
    renewsOnDay = renewalOnOrAfter(contract, day + 1);
    hold(renewedAt(day));
  }
  if (end !== null) hold(end, end);
  return states;
}

function* versions(
  { tenantId, accountId, currency, knownToDay }: Subscriber,
  window: Window,
  {
    id,
    product,
    startsOnDay,
  }: { readonly id: string; readonly product: string; readonly startsOnDay: number },
  states: readonly BillingState[],
): Generator<SubscriptionRow> {
  for (const { from, renewsOnDay, cancelledAt, ...billed } of states) {
    const loaded_at = Math.max(nightlyLoad(from), firstLoad(window));
    if (!isThere(from, loaded_at, knownToDay)) continue;
    yield {
      subscription_id: id,
      tenant_id: tenantId,
      account_id: accountId,
      product,
      ...billed,
      currency,
      started_at: midnight(startsOnDay),
      renews_at: midnight(renewsOnDay),
      cancelled_at: cancelledAt,
      valid_from: loaded_at === firstLoad(window) ? null : from,
      loaded_at,
    };
  }
}

/** The billing run takes the first minutes of the day. */
function renewedAt(day: number): number {
  return midnight(day) + 5 * 60_000;
}

function officeHours(random: Random, day: number): number {
  return midnight(day) + Math.floor(((7 + 12 * random.next()) / 24) * MILLISECONDS_PER_DAY);
}

/** Healthy customers buy seats when they need them, in the middle of a term; Infinity where none is bought. */
function upgradeDay(
  random: Random,
  { billing }: ContractTerms,
  life: Life,
  fromDay: number,
  renewsOnDay: number,
): number {
  if (!chance(random, billing === 'annual' ? 0.12 : 0.012)) return Number.POSITIVE_INFINITY;
  const day = fromDay + 1 + random.integer(Math.max(1, renewsOnDay - fromDay - 1));
  return levelOf(life, day) > 0.9 ? day : Number.POSITIVE_INFINITY;
}

/** Healthy customers grow now and then; one in decline frees seats before it ends the contract. */
function seatsAtRenewal(random: Random, seats: number, { billing }: ContractTerms, level: number): number {
  const [growth, cut] = billing === 'annual' ? [0.08, 0.4] : [0.008, 0.08];
  if (level > 0.9 && chance(random, growth)) return grown(random, seats);
  if (level < 0.6 && chance(random, cut))
    return Math.max(1, Math.floor(seats * uniform(random, { low: 0.5, high: 0.85 })));
  return seats;
}

function grown(random: Random, seats: number): number {
  return Math.ceil(seats * uniform(random, { low: 1.1, high: 1.5 }));
}

const PLANS = [
  { name: 'starter', fromSeats: 0, pricePerSeat: 19 },
  { name: 'growth', fromSeats: 6, pricePerSeat: 39 },
  { name: 'scale', fromSeats: 20, pricePerSeat: 59 },
] as const;

function terms({ contract, currency }: Subscriber, seats: number, priceFactor: number) {
  const plan = PLANS.findLast(({ fromSeats }) => seats >= fromSeats) ?? PLANS[0];
  const discount = contract.billing === 'annual' ? 0.85 : 1;
  const price = plan.pricePerSeat * LIST_PRICE[currency] * priceFactor * discount;
  return { plan: `${plan.name}-${contract.billing}`, seats, mrr: Math.round(seats * price * 100) / 100 };
}
