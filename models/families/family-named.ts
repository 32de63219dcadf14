import type { Family } from './family.ts';
import { gam } from './gam.ts';
import { logistic } from './logistic.ts';
import { tabm } from './tabm.ts';
import { withSequence } from './with-sequence.ts';

export const FAMILY_NAMES = ['logistic', 'gam', 'tabm'] as const;

export type FamilyName = (typeof FAMILY_NAMES)[number];

const FAMILIES: Readonly<Record<FamilyName, Family>> = { logistic, gam, tabm };

/** @param weeklyInputs weekly counts that new weights are to learn features of; fitted weights say it themselves */
export function familyNamed(name: FamilyName, weeklyInputs: readonly number[] = []): Family {
  return withSequence(FAMILIES[name], weeklyInputs);
}
