import type { Random } from '../../../stats/seeded-random.ts';
import { chance, uniform } from './draws.ts';
import { midnight } from './moment.ts';
import { nightlyLoad } from './nightly-load.ts';
import { OUTAGES } from './parameters.ts';
import type { Window } from './window.ts';

/** Days on which a tenant's event feed stood still; milliseconds since 1970-01-01. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  /** Everything of these days came in one load. */
  readonly deliveredAt: number;
  /** Somebody declared the load a back-fill, so that the days look as they were. */
  readonly isDeclared: boolean;
}

/** A few tenants have one. */
export function drawOutage(random: Random, { startDay, endDay }: Window): Outage | null {
  if (!chance(random, OUTAGES.share)) return null;
  const fromDay = startDay + Math.floor((endDay - startDay) * uniform(random, OUTAGES.place));
  const from = midnight(fromDay);
  const to = midnight(fromDay + Math.round(uniform(random, OUTAGES.days)));
  const deliveredAt = nightlyLoad(to + midnight(Math.round(uniform(random, OUTAGES.deliveredAfterDays))));
  return { from, to, deliveredAt, isDeclared: chance(random, OUTAGES.declared) };
}
