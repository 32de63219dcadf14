import type { Family } from './family.ts';
import { gam } from './gam.ts';
import { logistic } from './logistic.ts';
import { tabm } from './tabm.ts';

export const FAMILY_NAMES = ['logistic', 'gam', 'tabm'] as const;

export type FamilyName = (typeof FAMILY_NAMES)[number];

const FAMILIES: Readonly<Record<FamilyName, Family>> = { logistic, gam, tabm };

export function familyNamed(name: FamilyName): Family {
  return FAMILIES[name];
}
