import type { Random } from '../../../stats/seeded-random.ts';
import type { ContractTerms } from './contract-terms.ts';
import { chance, uniform } from './draws.ts';
import { type Life, levelOf } from './life.ts';
import { ADD_ONS } from './parameters.ts';
import type { Window } from './window.ts';

/** A product beside the main contract, with a subscription of its own that renews with it. */
export interface AddOn {
  readonly product: string;
  readonly startsOnDay: number;
  /** As a share of the main contract's first price. */
  readonly price: number;
}

const PRODUCTS = ['calls', 'forms', 'insights'] as const;

export interface Buyer {
  readonly contract: ContractTerms;
  readonly life: Life;
  readonly knownToDay: number;
}

/** Some have an add-on from the day of the contract, and healthy customers buy more later. */
export function* drawAddOns(random: Random, buyer: Buyer, window: Window): Generator<AddOn> {
  const { contract, life, knownToDay } = buyer;
  const years = (window.endDay - window.startDay) / 365;
  const endsOnDay = Math.min(life.leavesOnDay, knownToDay);
  for (const [place, product] of PRODUCTS.entries()) {
    const price = uniform(random, ADD_ONS.price);
    const owns = chance(random, ADD_ONS.fromTheStart / PRODUCTS.length);
    const buys = chance(random, (ADD_ONS.boughtPerYear * years) / PRODUCTS.length);
    const buysOnDay = window.startDay + 1 + random.integer(window.endDay - window.startDay - 1);
    if (owns) yield { product, price, startsOnDay: contract.startsOnDay };
    else if (
      buys &&
      buysOnDay > contract.startsOnDay + 30 * (1 + place) &&
      buysOnDay < endsOnDay &&
      levelOf(life, buysOnDay) > 0.9
    )
      yield { product, price, startsOnDay: buysOnDay };
  }
}

/** Whether an add-on is not renewed, at a level of engagement. */
export function isDropped(random: Random, billing: ContractTerms['billing'], level: number): boolean {
  return chance(random, level < 0.6 ? ADD_ONS.droppedInDecline[billing] : ADD_ONS.dropped[billing]);
}
