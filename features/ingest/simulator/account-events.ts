import type { Random } from '../../../stats/seeded-random.ts';
import type { Account, User } from './account.ts';
import { chance, exponential, pick, pickIndex, poisson } from './draws.ts';
import type { Engagement } from './engagement.ts';
import { EVENT_MIX, INTEGRATION_MIX } from './event-types.ts';
import { landedAt, workingMoment } from './moment.ts';
import { ACCOUNT_VARIETY } from './parameters.ts';
import type { PlatformEventRow } from './raw-rows.ts';
import type { Window } from './window.ts';

/** Everything the platform records about an account while it is observed, day by day. */
export function* accountEvents(
  random: Random,
  account: Account,
  engagement: Engagement,
  window: Window,
): Generator<PlatformEventRow> {
  const firstDay = Math.max(window.startDay, account.bornDay + 1);
  const exportsFromDay = chance(random, ACCOUNT_VARIETY.exportsBeforeLeaving)
    ? account.life.leavesOnDay - 28
    : Number.POSITIVE_INFINITY;
  for (let day = firstDay; day < account.observedToDay; day++) {
    const commitment = engagement.commitment[day - window.startDay]!;
    const pace = engagement.pace[day - window.startDay]!;
    for (const user of account.users) {
      if (day < user.joinsOnDay || day >= user.leavesOnDay || commitment < user.stopsBelow) continue;
      if (chance(random, Math.min(0.95, user.intensity * pace)))
        yield* session(random, account, user, day, commitment);
    }
    yield* comingsAndGoings(random, account, day);
    yield* occasionalEvents(random, account, day, commitment, pace);
    if (day >= exportsFromDay && chance(random, 0.1))
      yield event(random, account, day, { type: 'export_run', quantity: 1 + poisson(random, 2) });
  }
}

/** One user's day: often a login, and a few of the tenant's usual activities. */
function* session(
  random: Random,
  account: Account,
  user: User,
  day: number,
  commitment: number,
): Generator<PlatformEventRow> {
  const userId = user.id;
  const login = chance(random, 0.5);
  if (login) yield event(random, account, day, { type: 'login', userId, quantity: 1 + poisson(random, 0.3) });
  for (let count = poisson(random, 0.6) + (login ? 0 : 1); count > 0; count--) {
    const kind = EVENT_MIX[pickIndex(random, account.tenant.eventWeights)]!;
    const { type, repeats } = kind.advanced && !chance(random, commitment) ? EVENT_MIX[0]! : kind;
    const quantity = 1 + Math.floor(exponential(random, repeats * (0.4 + 0.6 * commitment)));
    yield event(random, account, day, { type, userId, quantity });
  }
}

function* comingsAndGoings(random: Random, account: Account, day: number): Generator<PlatformEventRow> {
  for (const user of account.users) {
    if (user.joinsOnDay === day && chance(random, 0.8))
      yield event(random, account, day, { type: 'user_invited' });
    if (user.leavesOnDay === day && chance(random, 0.6))
      yield event(random, account, day, { type: 'user_removed' });
  }
}

/** Machine traffic, which hardly notices when people stop, and what happens a few times a year. */
function* occasionalEvents(
  random: Random,
  account: Account,
  day: number,
  commitment: number,
  pace: number,
): Generator<PlatformEventRow> {
  const rowsPerDay = account.integrationRowsPerWeek / 7;
  for (let count = poisson(random, rowsPerDay * Math.sqrt(commitment)); count > 0; count--) {
    const { type, repeats } = INTEGRATION_MIX[pickIndex(random, INTEGRATION_WEIGHTS)]!;
    yield event(random, account, day, { type, quantity: 1 + Math.floor(exponential(random, repeats)) });
  }
  if (rowsPerDay > 0 && chance(random, 0.01))
    yield event(random, account, day, {
      type: 'integration_error',
      quantity: 1 + poisson(random, 2),
      properties: `{"code":"${pick(random, ['timeout', 'unauthorised', 'rate_limited'])}"}`,
    });
  if (chance(random, 0.0008)) yield event(random, account, day, { type: 'integration_connected' });
  if (chance(random, 0.003 * pace)) yield event(random, account, day, { type: 'settings_changed' });
  if (chance(random, 0.004 * commitment)) {
    const score = Math.round(Math.min(10, Math.max(0, 5 + 3 * commitment + 2 * random.normal())));
    yield event(random, account, day, { type: 'survey_answered', properties: `{"score":${score}}` });
  }
}

const INTEGRATION_WEIGHTS = INTEGRATION_MIX.map(({ weight }) => weight);

interface Happening {
  readonly type: string;
  readonly userId?: string;
  readonly quantity?: number;
  readonly properties?: string;
}

function event(random: Random, account: Account, day: number, happening: Happening): PlatformEventRow {
  const eventTime = workingMoment(random, account.region, day);
  return {
    tenant_id: account.tenant.id,
    account_id: account.id,
    user_id: happening.userId ?? null,
    event_type: happening.type,
    event_time: eventTime,
    quantity: happening.quantity ?? 1,
    properties: happening.properties ?? null,
    loaded_at: landedAt(eventTime),
  };
}
