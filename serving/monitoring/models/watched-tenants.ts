import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { inTenantOrder, rowsByTenant, TenantCursor } from '../../../features/warehouse/tenant-rows.ts';
import { acrossTenants, type ReaderSelection } from '../../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter, ReadableWarehouse } from '../../../features/warehouse/warehouse.ts';
import type { SucceededRun } from '../../scores-mart/succeeded-runs.ts';
import { SERVED_LABELS, SERVED_SCORES, type ServedRows } from './served-scores.ts';
import { type DriftWatch, GRID_DATES } from './watch-drift.ts';

/** Tenants are named in a statement up to so many; beyond, those that nobody asked for are read and passed by. */
const TENANTS_NAMED = 1_000;

export interface WatchedTenant {
  readonly tenantId: TenantId;
  readonly rows: ServedRows;
  /** Counts the tenant's features. False where the marts have none of the days that the model learnt from. */
  addFeatures(): Promise<boolean>;
}

/**
 * What is watched of each tenant, one tenant after the other, with a statement for each table however many tenants there are.
 *
 * @param looked The runs that are looked at, and the newest date, of each tenant
 */
export async function* watchedTenants(
  warehouse: ReadableWarehouse,
  looked: ReadonlyMap<TenantId, { readonly runs: readonly SucceededRun[]; readonly newest: AsOfDate }>,
  drift: DriftWatch | null,
): AsyncGenerator<WatchedTenant> {
  const reader = acrossTenants(warehouse, 'monitoring');
  const tenantIds = [...looked.keys()].sort(inTenantOrder);
  const named: readonly KeyFilter[] =
    tenantIds.length > TENANTS_NAMED ? [] : [{ column: 'tenant_id', is: 'in', value: tenantIds }];
  const walk = (selection: ReaderSelection, dates: Iterable<AsOfDate> | null) =>
    new TenantCursor(
      rowsByTenant(reader, {
        ...selection,
        where: [
          ...named,
          ...(selection.where ?? []),
          ...(dates === null
            ? []
            : [{ column: 'as_of_date', is: 'in', value: [...new Set(dates)] } as const]),
        ],
      }),
    );
  const reference = new Map<TenantId, readonly AsOfDate[]>();
  if (drift !== null) {
    const grid = walk(GRID_DATES, null);
    for (const tenantId of tenantIds)
      reference.set(
        tenantId,
        await drift.referenceDates(await grid.take(tenantId), looked.get(tenantId)!.newest),
      );
    await grid.close();
  }
  const scored = [...looked.values()].flatMap(({ runs }) => runs.map(({ asOf }) => asOf));
  const ofFeatures = [...[...reference.values()].flat(), ...[...looked.values()].map(({ newest }) => newest)];
  const [scores, labels] = [walk(SERVED_SCORES, scored), walk(SERVED_LABELS, scored)];
  const isCompared = drift !== null && [...reference.values()].some((dates) => dates.length > 0);
  const features = isCompared ? walk(drift.features, ofFeatures) : null;
  try {
    for (const tenantId of tenantIds)
      yield {
        tenantId,
        rows: { scores: await scores.take(tenantId), labels: await labels.take(tenantId) },
        async addFeatures() {
          if (drift === null || features === null) return false;
          const rows = await features.take(tenantId);
          return drift.addFeatures(rows, reference.get(tenantId)!, looked.get(tenantId)!.newest);
        },
      };
  } finally {
    for (const cursor of [scores, labels, features]) await cursor?.close();
  }
}
