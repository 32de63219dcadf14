import { type AsOfDate, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import type { TenantRows } from '../../features/warehouse/tenant-rows.ts';
import { acrossTenants, type ReaderSelection } from '../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse, Relation } from '../../features/warehouse/warehouse.ts';
import { numbersOf, textsOf } from './column-values.ts';

/** The mart that has what each account did by kind and week in the year before the as-of date that is served. */
export const ACCOUNT_WEEKLY_ACTIVITY: Relation = { schema: 'analytics', name: 'account_weekly_activity' };

/** The mart that has a row per kind of activity, with what people call it. */
export const ACTIVITY_KINDS: Relation = { schema: 'analytics', name: 'activity_kinds' };

/** Weeks before the as-of date that the mart counts. */
export const WEEKS_OF_A_YEAR = 52;

export interface ActivityKind {
  readonly kind: string;
  readonly label: string;
}

/** What one account did. */
export interface AccountYear {
  readonly accountId: string;
  /** Before this day nothing was counted: the account or its tenant was not there yet. */
  readonly countedFrom: AsOfDate;
  /** Weeks before the as-of date, 0 for the last one, and the events of each, in turn; kinds with events only. */
  readonly weeksByKind: ReadonlyMap<string, readonly number[]>;
}

/** Every kind that the marts count, in their order; none where they have no such table. */
export async function readActivityKinds(warehouse: ReadableWarehouse): Promise<readonly ActivityKind[]> {
  if ((await warehouse.describe(ACTIVITY_KINDS)).length === 0) return [];
  const kinds: ActivityKind[] = [];
  const rows = acrossTenants(warehouse, 'words of features').read({
    relation: ACTIVITY_KINDS,
    columns: ['activity_kind', 'label'],
    orderBy: ['position'],
  });
  for await (const batch of rows) {
    const labels = textsOf(batch, 'label');
    textsOf(batch, 'activity_kind').forEach((kind, row) => {
      kinds.push({ kind: kind!, label: labels[row]! });
    });
  }
  return kinds;
}

export const YEAR_OF_ACTIVITY: ReaderSelection = {
  relation: ACCOUNT_WEEKLY_ACTIVITY,
  columns: ['account_id', 'as_of_date', 'counted_from', 'weekly_events_by_kind'],
  orderBy: ['account_id'],
};

/**
 * The accounts that have a year of activity before an as-of date, among rows of their tenant.
 *
 * @throws TypeError for counts that are none
 */
export async function* yearOfActivity(rows: TenantRows, asOf: AsOfDate): AsyncGenerator<AccountYear> {
  const day = toEpochDay(asOf);
  for await (const batch of rows.batches()) {
    const [accountIds, days] = [textsOf(batch, 'account_id'), numbersOf(batch, 'as_of_date')];
    const [countedFrom, counts] = [numbersOf(batch, 'counted_from'), textsOf(batch, 'weekly_events_by_kind')];
    for (let row = 0; row < batch.rowCount; row++)
      if (days[row] === day)
        yield {
          accountId: accountIds[row]!,
          countedFrom: fromEpochDay(countedFrom[row]!),
          weeksByKind: weeksByKind(counts[row]!),
        };
  }
}

/** By hand, because it reads every account of a platform: a schema takes many times as long. */
function weeksByKind(json: string): ReadonlyMap<string, readonly number[]> {
  const unreadable = () =>
    new TypeError(`the marts hold weekly events that cannot be read: ${json.slice(0, 200)}`);
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null) throw unreadable();
  const kinds = new Map<string, readonly number[]>();
  for (const [kind, weeks] of Object.entries(parsed)) {
    if (typeof weeks !== 'string') throw unreadable();
    const turns: number[] = [];
    let last = -1;
    for (const week of weeks.split(' ')) {
      const colon = week.indexOf(':');
      const [at, events] = [Number(week.slice(0, colon)), Number(week.slice(colon + 1))];
      const isWeek = Number.isInteger(at) && at > last && at < WEEKS_OF_A_YEAR;
      if (colon < 1 || !isWeek || !Number.isSafeInteger(events) || events < 0) throw unreadable();
      turns.push(at, events);
      last = at;
    }
    kinds.set(kind, turns);
  }
  return kinds;
}
