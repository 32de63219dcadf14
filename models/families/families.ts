import type { Family } from './family.ts';
import { gam } from './gam.ts';
import { logistic } from './logistic.ts';
import { tabm } from './tabm.ts';
import { withSequence } from './with-sequence.ts';

/** Every family, from the quickest to fit to the slowest. */
const FAMILIES = { logistic, gam, tabm } as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly FamilyName[];

export function familyNamed(name: FamilyName): Family {
  return withSequence(FAMILIES[name]);
}
