import { addMonths, MILLISECONDS_PER_DAY } from './window.ts';

/** A subscription's terms. Renewals fall on `startsOnDay` plus whole terms, always at UTC midnight. */
export interface ContractTerms {
  readonly billing: 'monthly' | 'annual';
  readonly startsOnDay: number;
}

/** Contracts start on the 28th of a month at the latest, so that every month has the renewal day. */
export function contractStartingNear(epochDay: number, billing: ContractTerms['billing']): ContractTerms {
  const dayOfMonth = new Date(epochDay * MILLISECONDS_PER_DAY).getUTCDate();
  if (dayOfMonth <= 28) return { billing, startsOnDay: epochDay };
  return { billing, startsOnDay: addMonths(epochDay - dayOfMonth + 1, 1) };
}

/** The first renewal on or after a day. */
export function renewalOnOrAfter({ billing, startsOnDay }: ContractTerms, epochDay: number): number {
  const monthsPerTerm = billing === 'annual' ? 12 : 1;
  const termsSoFar = Math.floor((epochDay - startsOnDay) / (monthsPerTerm * 31));
  for (let terms = Math.max(1, termsSoFar); ; terms++) {
    const renewal = addMonths(startsOnDay, terms * monthsPerTerm);
    if (renewal >= epochDay) return renewal;
  }
}
