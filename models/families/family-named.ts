import type { Family } from './family.ts';
import { logistic } from './logistic.ts';
import { mlp } from './mlp.ts';

export const FAMILY_NAMES = ['logistic', 'mlp'] as const;

export type FamilyName = (typeof FAMILY_NAMES)[number];

const FAMILIES: Readonly<Record<FamilyName, Family>> = { logistic, mlp };

export function familyNamed(name: FamilyName): Family {
  return FAMILIES[name];
}
