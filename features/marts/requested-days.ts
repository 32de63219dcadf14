import { type AsOfDate, fromEpochDay, toEpochDay } from '../contract/as-of-date.ts';
import { BadInput } from '../contract/failure.ts';
import { asOfRequests } from '../ingest/raw-tables.ts';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
import type { BuiltRelation, Relation, TableChange } from '../warehouse/warehouse.ts';

/** The mart that says from which day to which a tenant can be built. */
export const BUILDABLE_DAYS: Relation = { schema: 'analytics', name: 'tenant_profiles' };

/** Asks for features at these days too, from now on. */
export function requestDays(days: readonly AsOfDate[]): TableChange {
  const rows = [...new Set(days)].map((day) => ({ as_of_date: toEpochDay(day) }));
  return {
    mode: 'merge',
    table: asOfRequests,
    rows: rowSource(columnBatchOfRows(asOfRequests.columns, rows)),
  };
}

/**
 * Refuses days that no tenant can be built at. A day that only some tenants reach is built for those.
 *
 * @param profiles BUILDABLE_DAYS, built and not yet committed
 * @throws BadInput that names the days which can be built
 */
export async function checkRequestedDays(
  { read }: Pick<BuiltRelation, 'read'>,
  days: readonly AsOfDate[],
): Promise<void> {
  const ranges: { readonly first: number; readonly last: number }[] = [];
  const columns = ['first_as_of_date', 'data_through'];
  for await (const batch of read({ relation: BUILDABLE_DAYS, columns, where: [] })) {
    const [first, last] = columns.map((name) => batch.columns.get(name)!.values as Float64Array);
    for (let row = 0; row < batch.rowCount; row++)
      if (first![row]! <= last![row]!) ranges.push({ first: first![row]!, last: last![row]! });
  }
  for (const day of days) {
    const wanted = toEpochDay(day);
    if (!ranges.some(({ first, last }) => first <= wanted && wanted <= last)) throw notBuildable(day, ranges);
  }
}

function notBuildable(
  day: AsOfDate,
  ranges: readonly { readonly first: number; readonly last: number }[],
): BadInput {
  const where = `--as-of ${day}`;
  if (ranges.length === 0)
    return new BadInput({
      where,
      what: 'no day can be built: no tenant has accounts and 28 days of events',
      remedy: 'import accounts and events first',
    });
  const first = fromEpochDay(Math.min(...ranges.map((range) => range.first)));
  const last = fromEpochDay(Math.max(...ranges.map((range) => range.last)));
  return new BadInput({
    where,
    what: `that day cannot be built, and nothing was: ${reason(day, first, last)}`,
    remedy: `name a day from ${first} to ${last}`,
  });
}

function reason(day: AsOfDate, first: AsOfDate, last: AsOfDate): string {
  if (day > last) return `the data is complete up to ${last}`;
  return day < first
    ? `features look back 28 days, and the data begins too late for it`
    : 'no tenant has data around it';
}
