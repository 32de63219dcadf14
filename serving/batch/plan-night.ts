import { type AsOfDate, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { acrossTenants, type CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Relation, Warehouse } from '../../features/warehouse/warehouse.ts';
import { ACCOUNT_PROFILES } from '../scores-mart/account-profiles.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import { isInPart, type NightPart } from './night-part.ts';

const TENANT_AS_OF_DATES: Relation = { schema: 'analytics', name: 'tenant_as_of_dates' };

const DAYS_OF_A_WEEK = 7;
const LEAST_DAYS_APART = 4;

/** What is to be scored for one tenant. */
export interface TenantPlan {
  readonly tenantId: TenantId;
  /** Null when the mart has no features of the tenant for the night's date. */
  readonly asOf: AsOfDate | null;
  /** The tenant's as-of date a week before, or the one nearest to that, with which the scores are compared. */
  readonly previousAsOf: AsOfDate | null;
  /** The night's date lies before the tenant's first date or after its last: it was not a customer yet, or no longer is. */
  readonly isOutsideItsDates: boolean;
}

export interface NightScope {
  /** Without it, each tenant's latest as-of date. */
  readonly asOf?: AsOfDate | undefined;
  /** Without it, every tenant that the marts know. */
  readonly tenantIds?: readonly TenantId[] | undefined;
  /** Of these tenants, those of one part. */
  readonly part?: NightPart | undefined;
}

/** @throws BadInput for a tenant that the marts do not know, or a date at which they have no tenant */
export async function planNight(
  warehouse: Warehouse,
  { asOf, tenantIds, part }: NightScope,
): Promise<TenantPlan[]> {
  const reader = acrossTenants(warehouse, 'list of tenants');
  const dates = await readAsOfDates(reader);
  if (asOf !== undefined && ![...dates.values()].some((ascending) => ascending.includes(asOf)))
    throw withoutFeatures(asOf, [...dates.values()].flat());
  const known = new Set([...dates.keys(), ...(await readProfiledTenants(reader))]);
  const unknown = (tenantIds ?? []).find((tenantId) => !known.has(tenantId));
  if (unknown !== undefined)
    throw new BadInput({
      where: `tenant ${unknown}`,
      what: 'the marts know no such tenant',
      remedy: 'check the spelling of --tenant, or import its accounts and run `churn features build`',
    });
  return [...new Set(tenantIds ?? known)]
    .filter((tenantId) => part === undefined || isInPart(tenantId, part))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((tenantId) => planTenant(tenantId, dates.get(tenantId) ?? [], asOf));
}

/** A day between others can be built; one beyond them waits for data. */
function withoutFeatures(asOf: AsOfDate, built: readonly AsOfDate[]): BadInput {
  const where = `as-of date ${asOf}`;
  const [first, last] = [[...built].sort()[0], [...built].sort().at(-1)];
  const isBeyond = first !== undefined && last !== undefined && (asOf < first || asOf > last);
  return new BadInput({
    where,
    what: isBeyond ? `the marts reach from ${first} to ${last}` : 'the marts have no features for it',
    remedy: isBeyond
      ? 'name a day between them, or import the rows that are missing and run `churn features build`'
      : `build them with \`churn features build --as-of ${asOf}\``,
  });
}

function planTenant(tenantId: TenantId, ascending: readonly AsOfDate[], wanted?: AsOfDate): TenantPlan {
  const at = wanted === undefined ? ascending.length - 1 : ascending.indexOf(wanted);
  const [first, last] = [ascending[0], ascending.at(-1)];
  const isOutsideItsDates =
    wanted !== undefined && first !== undefined && last !== undefined && (wanted < first || wanted > last);
  return {
    tenantId,
    asOf: ascending[at] ?? null,
    previousAsOf: aWeekBefore(ascending, ascending[at]),
    isOutsideItsDates,
  };
}

/** Last night is no comparison: what changed in a day is mostly the day of the week. */
function aWeekBefore(dates: readonly AsOfDate[], asOf: AsOfDate | undefined): AsOfDate | null {
  if (asOf === undefined) return null;
  const daysFromAWeek = (date: AsOfDate) => Math.abs(toEpochDay(asOf) - toEpochDay(date) - DAYS_OF_A_WEEK);
  return dates
    .filter((date) => toEpochDay(asOf) - toEpochDay(date) >= LEAST_DAYS_APART)
    .reduce<AsOfDate | null>(
      (nearest, date) => (nearest === null || daysFromAWeek(date) <= daysFromAWeek(nearest) ? date : nearest),
      null,
    );
}

async function readAsOfDates(reader: CrossTenantReader): Promise<Map<TenantId, AsOfDate[]>> {
  const dates = new Map<TenantId, AsOfDate[]>();
  const selection = {
    relation: TENANT_AS_OF_DATES,
    columns: ['tenant_id', 'as_of_date'],
    orderBy: ['tenant_id', 'as_of_date'],
  };
  for await (const batch of reader.read(selection)) {
    const [tenantIds, days] = [textsOf(batch, 'tenant_id'), numbersOf(batch, 'as_of_date')];
    for (let row = 0; row < batch.rowCount; row++) {
      const tenantId = tenantIdSchema.parse(tenantIds[row]);
      const ascending = dates.get(tenantId) ?? [];
      ascending.push(fromEpochDay(days[row]!));
      dates.set(tenantId, ascending);
    }
  }
  return dates;
}

async function readProfiledTenants(reader: CrossTenantReader): Promise<TenantId[]> {
  const found: TenantId[] = [];
  const selection = { relation: ACCOUNT_PROFILES, columns: ['tenant_id'], distinct: true };
  for await (const batch of reader.read(selection))
    for (const tenantId of textsOf(batch, 'tenant_id')) found.push(tenantIdSchema.parse(tenantId));
  return found;
}
