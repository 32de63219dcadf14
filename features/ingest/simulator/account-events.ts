import type { Random } from '../../../stats/seeded-random.ts';
import type { Account, User } from './account.ts';
import { departureSigns } from './departure-signs.ts';
import { chance, exponential, pick, pickIndex, poisson } from './draws.ts';
import type { Engagement } from './engagement.ts';
import { eventNaming } from './event-renames.ts';
import { EVENT_MIX, INTEGRATION_MIX } from './event-types.ts';
import { workingMoment } from './moment.ts';
import type { RecordedEvent } from './raw-rows.ts';
import type { Window } from './window.ts';

/** Everything the platform records about an account while it is observed, day by day. */
export function accountEvents(
  random: Random,
  account: Account,
  engagement: Engagement,
  window: Window,
): RecordedEvent[] {
  const rows: RecordedEvent[] = [];
  const record = recorder(random, account, window, rows);
  const firstDay = Math.max(window.startDay, account.bornDay + 1);
  const signs = departureSigns(random.fork('departure'), account);

  for (let day = firstDay; day < account.observedToDay; day++) {
    const commitment = engagement.commitment[day - window.startDay]!;
    const pace = engagement.pace[day - window.startDay]!;
    for (const user of account.users) {
      if (day === user.leavesOnDay && chance(random, 0.6)) record(day, 'user_removed');
      if (day < user.joinsOnDay || day >= user.leavesOnDay) continue;
      if (day === user.joinsOnDay && chance(random, 0.8)) record(day, 'user_invited');
      if (commitment >= user.stopsBelow && chance(random, Math.min(0.95, user.intensity * pace)))
        recordSession(random, record, account, user, day, commitment);
    }
    if (day < signs.integrationOffDay) recordMachines(random, record, account, day, commitment);
    else if (day === signs.integrationOffDay) record(day, 'integration_disconnected');
    recordRarities(random, record, day, commitment, pace);
    if (day >= signs.exportsFromDay && chance(random, 0.1))
      record(day, 'export_run', { quantity: 1 + poisson(random, 2) });
    for (const removal of signs.removalDays) if (removal === day) record(day, 'user_removed');
  }
  return rows;
}

interface EventDetails {
  readonly userId?: string;
  readonly quantity?: number;
  readonly properties?: string;
}

type RecordEvent = (day: number, eventType: string, details?: EventDetails) => void;

function recorder(random: Random, account: Account, window: Window, rows: RecordedEvent[]): RecordEvent {
  const nameOf = eventNaming(account, window);
  return (day, eventType, { userId = null, quantity = 1, properties = null } = {}) => {
    const eventTime = workingMoment(random, account.region, day);
    rows.push({
      tenant_id: account.tenant.id,
      account_id: account.id,
      user_id: userId,
      event_type: nameOf(eventType, eventTime),
      event_time: eventTime,
      quantity,
      properties,
    });
  };
}

/** One user's day: often a login, and a few of the tenant's usual activities. */
function recordSession(
  random: Random,
  record: RecordEvent,
  account: Account,
  user: User,
  day: number,
  commitment: number,
): void {
  const login = chance(random, 0.5);
  if (login) record(day, 'login', { userId: user.id, quantity: 1 + poisson(random, 0.3) });
  for (let count = poisson(random, 0.35) + (login ? 0 : 1); count > 0; count--) {
    const kind = EVENT_MIX[pickIndex(random, account.tenant.eventWeights)]!;
    const { type, repeats } = kind.advanced && !chance(random, commitment) ? EVENT_MIX[0]! : kind;
    const quantity = 1 + Math.floor(exponential(random, repeats * (0.4 + 0.6 * commitment)));
    record(day, type, { userId: user.id, quantity });
  }
}

/** Machine traffic hardly notices when people stop. */
function recordMachines(
  random: Random,
  record: RecordEvent,
  account: Account,
  day: number,
  commitment: number,
): void {
  if (account.integrationRowsPerWeek === 0) return;
  const meanRows = (account.integrationRowsPerWeek / 7) * Math.sqrt(commitment);
  for (let count = poisson(random, meanRows); count > 0; count--) {
    const { type, repeats } = INTEGRATION_MIX[pickIndex(random, INTEGRATION_WEIGHTS)]!;
    record(day, type, { quantity: 1 + Math.floor(exponential(random, repeats)) });
  }
  if (chance(random, 0.01))
    record(day, 'integration_error', {
      quantity: 1 + poisson(random, 2),
      properties: `{"code":"${pick(random, ['timeout', 'unauthorised', 'rate_limited'])}"}`,
    });
}

const INTEGRATION_WEIGHTS = INTEGRATION_MIX.map(({ weight }) => weight);

/** What happens a few times a year. */
function recordRarities(
  random: Random,
  record: RecordEvent,
  day: number,
  commitment: number,
  pace: number,
): void {
  if (chance(random, 0.0008)) record(day, 'integration_connected');
  if (chance(random, 0.0003)) record(day, 'integration_disconnected');
  if (chance(random, 0.003 * pace)) record(day, 'settings_changed');
  if (chance(random, 0.004 * commitment)) {
    const score = Math.round(Math.min(10, Math.max(0, 5 + 3 * commitment + 2 * random.normal())));
    record(day, 'survey_answered', { properties: `{"score":${score}}` });
  }
}
