import type { Family } from './family.ts';
import { linearNetwork } from './linear-network.ts';

/** Logistic hazards on scaled values: what every other family has to beat. */
export const logistic: Family = { name: 'logistic', network: linearNetwork };
