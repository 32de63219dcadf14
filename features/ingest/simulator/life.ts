import type { Random } from '../../../stats/seeded-random.ts';
import { type ContractTerms, renewalOnOrAfter } from './contract-terms.ts';
import { chance, exponential, logNormal, uniform } from './draws.ts';
import { BURN_IN_DAYS, type LifeParameters, type Range } from './parameters.ts';
import { DAYS_PER_MONTH, type Window } from './window.ts';

/** Engagement falls to `remainingLevel` of normal over `declineDays`, and may come back. */
export interface Decline {
  readonly onsetDay: number;
  readonly declineDays: number;
  readonly remainingLevel: number;
  /** Infinity when it never recovers. */
  readonly recoversFromDay: number;
  /** A dip that everybody knows will pass. */
  readonly isPause: boolean;
}

/** The hidden story of one customer. Days since 1970-01-01. */
export interface Life {
  /** The first day on which the customer is gone; Infinity for one who stays. */
  readonly leavesOnDay: number;
  readonly declines: readonly Decline[];
  /** First days of bursts of bad support tickets. */
  readonly crisisDays: readonly number[];
  /** The day the main user is gone; Infinity when that never happens. */
  readonly championLeavesOnDay: number;
  readonly priceRises: ReadonlyMap<number, number>;
}

export interface LifeCircumstances {
  readonly bornDay: number;
  readonly window: Window;
  /** Null where there is no subscription. */
  readonly contract: ContractTerms | null;
  /** Multiplies how often declines start. */
  readonly declineFactor: number;
  /** Multiplies how long declines take. */
  readonly leadTimeFactor: number;
  readonly pauseFactor: number;
}

/** Draws a life until one survives to the window: who left before it is in no table. */
export function livePastWindowStart(
  random: Random,
  parameters: LifeParameters,
  circumstances: LifeCircumstances,
): Life {
  for (;;) {
    const life = live(random, parameters, circumstances);
    if (life.leavesOnDay > circumstances.window.startDay) return life;
  }
}

function live(random: Random, parameters: LifeParameters, circumstances: LifeCircumstances): Life {
  const { bornDay, window, contract, leadTimeFactor } = circumstances;
  const beganOnDay = Math.max(bornDay, contract?.startsOnDay ?? bornDay);
  const firstDay = Math.max(beganOnDay + 1, window.startDay - BURN_IN_DAYS);
  // Whoever hardly ever declines does not leave for other reasons either.
  const readinessToLeave = Math.min(1, circumstances.declineFactor);
  const declines: Decline[] = [];
  const crisisDays: number[] = [];
  const priceRises = new Map<number, number>();
  let championLeavesOnDay = Number.POSITIVE_INFINITY;
  let leavesOnDay = Number.POSITIVE_INFINITY;
  let calmFromDay = firstDay;
  let priceRoseUntilDay = 0;
  let renewalDay = contract ? renewalOnOrAfter(contract, firstDay) : Number.POSITIVE_INFINITY;

  function decline(onsetDay: number): void {
    const declineDays = 7 * logNormal(random, parameters.declineWeeks) * leadTimeFactor;
    const bottomDay = onsetDay + declineDays;
    const remainingLevel = uniform(random, parameters.remainingLevel);
    // Two steps of equal mean: few decide at once, and few ponder forever.
    const step = (7 * parameters.hesitationWeeks) / 2;
    const decidesOnDay = bottomDay + exponential(random, step) + exponential(random, step);
    let recoversFromDay = Number.POSITIVE_INFINITY;
    if (chance(random, parameters.leavesAfterDecline)) leavesOnDay = leaveDay(decidesOnDay);
    if (leavesOnDay === Number.POSITIVE_INFINITY) {
      recoversFromDay = decidesOnDay;
      calmFromDay = decidesOnDay + RECOVERY_DAYS;
    }
    declines.push({ onsetDay, declineDays, remainingLevel, recoversFromDay, isPause: false });
  }

  /** Infinity when a long wait for the renewal changes the customer's mind. */
  function leaveDay(decidesOnDay: number): number {
    const day = Math.ceil(decidesOnDay);
    if (!contract) return day;
    if (contract.billing === 'annual' && chance(random, parameters.cancelsMidTerm)) return day;
    const renewal = renewalOnOrAfter(contract, day);
    const { waitDays, chance: comesRound } = parameters.secondThoughts;
    return renewal - day > waitDays && chance(random, comesRound) ? Number.POSITIVE_INFINITY : renewal;
  }

  function pause(onsetDay: number, weeks: Range, level: Range): void {
    const days = 7 * uniform(random, weeks);
    declines.push({
      onsetDay,
      declineDays: 4,
      remainingLevel: uniform(random, level),
      recoversFromDay: onsetDay + days,
      isPause: true,
    });
    calmFromDay = onsetDay + days + RECOVERY_DAYS;
  }

  for (let day = firstDay; day < Math.min(window.endDay, leavesOnDay); day++) {
    if (day === renewalDay && contract) {
      const termsPerYear = contract.billing === 'annual' ? 1 : 12;
      if (chance(random, parameters.priceRisesPerRenewalYear / termsPerYear)) {
        priceRises.set(day, uniform(random, parameters.priceRise));
        priceRoseUntilDay = day + 120;
      }
      renewalDay = renewalOnOrAfter(contract, day + 1);
    }
    if (
      leavesOnDay === Number.POSITIVE_INFINITY &&
      chance(random, (parameters.businessLeavesPerYear / 365) * readinessToLeave)
    )
      leavesOnDay = leaveDay(day + 1);
    if (leavesOnDay < Number.POSITIVE_INFINITY || day < calmFromDay) continue;

    const newcomer = day - bornDay < parameters.newcomerDays ? parameters.newcomerDeclineFactor : 1;
    const dearer = day < priceRoseUntilDay ? parameters.declineFactorAfterPriceRise : 1;
    const declineRate = parameters.declinesPerMonth * circumstances.declineFactor * newcomer * dearer;
    if (chance(random, declineRate / DAYS_PER_MONTH)) decline(day);
    else if (chance(random, (parameters.pausesPerMonth * circumstances.pauseFactor) / DAYS_PER_MONTH))
      pause(day, parameters.pauseWeeks, parameters.pauseLevel);
    else if (chance(random, parameters.supportCrisesPerMonth / DAYS_PER_MONTH)) {
      crisisDays.push(day);
      calmFromDay = day + CRISIS_DAYS;
      if (chance(random, parameters.leavesAfterCrisis * readinessToLeave))
        leavesOnDay = leaveDay(day + CRISIS_DAYS + exponential(random, 30));
    } else if (
      championLeavesOnDay === Number.POSITIVE_INFINITY &&
      chance(random, parameters.championLeavesPerMonth / DAYS_PER_MONTH)
    ) {
      championLeavesOnDay = day;
      if (chance(random, parameters.declinesAfterChampion * circumstances.declineFactor)) decline(day + 7);
    }
  }
  return { leavesOnDay, declines, crisisDays, championLeavesOnDay, priceRises };
}

/** Share of normal engagement that all declines together leave on a day. */
export function levelOf({ declines }: Life, day: number): number {
  return declines.reduce((product, decline) => product * levelUnder(decline, day), 1);
}

const RECOVERY_DAYS = 21;

/** A support crisis lasts three weeks. */
export const CRISIS_DAYS = 21;

/** Share of normal engagement on a day under one decline, 1 before it and after the recovery. */
export function levelUnder(decline: Decline, day: number): number {
  if (day < decline.onsetDay) return 1;
  const fallen = smoothStep((day - decline.onsetDay) / decline.declineDays);
  const recovered = smoothStep((day - decline.recoversFromDay) / RECOVERY_DAYS);
  return 1 - (1 - decline.remainingLevel) * fallen * (1 - recovered);
}

/** 0 up to 0, 1 from 1 on, an S between. */
function smoothStep(x: number): number {
  if (!(x > 0)) return 0;
  return x >= 1 ? 1 : x * x * (3 - 2 * x);
}
