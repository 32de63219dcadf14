import { type AsOfDate, fromEpochDay } from '../contract/as-of-date.ts';
import { rowsOfBatches } from '../warehouse/rows-of-batches.ts';
import type { BuiltRelation, Relation } from '../warehouse/warehouse.ts';

const REBUILT_DATES: Relation = { schema: 'intermediate', name: 'int_rebuilt_dates' };
const REBUILT_TENANTS: Relation = { schema: 'intermediate', name: 'int_rebuilt_tenants' };

/** As-of dates of one tenant that had features, and have new ones because of rows or settings that reach back to them. */
export interface RebuiltDates {
  readonly tenantId: string;
  /** Ascending. */
  readonly asOfDates: readonly AsOfDate[];
  /** How many accounts have features at one of these dates or more. */
  readonly accounts: number;
}

/** By tenant; none where only new dates were built, or everything was. */
export async function readRebuiltDates({ read }: Pick<BuiltRelation, 'read'>): Promise<RebuiltDates[]> {
  const dates = new Map<string, AsOfDate[]>();
  for await (const { rowCount, columns } of read({
    relation: REBUILT_DATES,
    columns: ['tenant_id', 'as_of_date'],
    where: [
      { column: 'is_wanted', is: '=', value: true },
      { column: 'was_built', is: '=', value: true },
    ],
    orderBy: ['tenant_id', 'as_of_date'],
  }))
    for (let row = 0; row < rowCount; row++) {
      const tenantId = String(columns.get('tenant_id')!.values[row]);
      const ofTenant = dates.get(tenantId) ?? [];
      ofTenant.push(fromEpochDay(Number(columns.get('as_of_date')!.values[row])));
      dates.set(tenantId, ofTenant);
    }
  const tenants = await rowsOfBatches(
    read({ relation: REBUILT_TENANTS, columns: ['tenant_id', 'account_count'], where: [] }),
  );
  const accountsOf = new Map(tenants.map((row) => [row.tenant_id, Number(row.account_count)]));
  return Array.from(dates, ([tenantId, asOfDates]) => ({
    tenantId,
    asOfDates,
    accounts: accountsOf.get(tenantId)!,
  }));
}
