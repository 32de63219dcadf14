import type { Random } from '../../../stats/seeded-random.ts';
import type { Account } from './account.ts';
import { chance } from './draws.ts';
import { DEPARTURE_SIGNS } from './parameters.ts';

/** What an account does in its last weeks, where it prepares its departure. */
export interface DepartureSigns {
  /** Takes its data along from this day on; Infinity where it does not. */
  readonly exportsFromDay: number;
  /** The day on which the machines are switched off; Infinity where nobody does that. */
  readonly integrationOffDay: number;
  /** Days on which users are removed, as often as there are users removed. */
  readonly removalDays: readonly number[];
}

/** Some prepare, many do not, and nobody does who leaves without a sign. */
export function departureSigns(random: Random, { life, tenant, users }: Account): DepartureSigns {
  const { leavesOnDay } = life;
  const none = Number.POSITIVE_INFINITY;
  const exports = chance(random, DEPARTURE_SIGNS.exports);
  const switchesOff = chance(random, DEPARTURE_SIGNS.switchesOff);
  const removes = chance(random, DEPARTURE_SIGNS.removesUsers);
  if (leavesOnDay === none || tenant.leavesWithoutSign)
    return { exportsFromDay: none, integrationOffDay: none, removalDays: [] };
  return {
    exportsFromDay: exports ? leavesOnDay - DEPARTURE_SIGNS.days : none,
    integrationOffDay: switchesOff ? leavesOnDay - 1 - random.integer(DEPARTURE_SIGNS.days) : none,
    removalDays: removes
      ? users
          .filter((user) => user.leavesOnDay > leavesOnDay && chance(random, 0.6))
          .map(() => leavesOnDay - 1 - random.integer(DEPARTURE_SIGNS.days))
      : [],
  };
}
