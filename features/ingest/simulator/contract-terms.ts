import { addMonths } from './window.ts';

/**
 * A subscription's terms. Renewals fall on the calendar day of `startsOnDay`, whole terms later, at UTC midnight; past
 * the end of a short month on its last day.
 */
export interface ContractTerms {
  readonly billing: 'monthly' | 'annual';
  readonly startsOnDay: number;
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
