import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { TenantWalk } from '../../../features/warehouse/tenant-rows.ts';
import { acrossTenants, type ReaderSelection } from '../../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse } from '../../../features/warehouse/warehouse.ts';
import type { SucceededRun } from '../../scores-mart/succeeded-runs.ts';
import { SERVED_LABELS, SERVED_SCORES, type ServedRows } from './served-scores.ts';
import { type DriftWatch, GRID_DATES } from './watch-drift.ts';

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
  const walk = new TenantWalk(acrossTenants(warehouse, 'monitoring'), looked.keys());
  const along = (selection: ReaderSelection, dates: readonly AsOfDate[]) =>
    walk.along(selection, [{ column: 'as_of_date', is: 'in', value: [...new Set(dates)] }]);
  try {
    const reference = new Map<TenantId, readonly AsOfDate[]>();
    if (drift !== null) {
      const grid = walk.along(GRID_DATES);
      for (const tenantId of walk.tenantIds) {
        const { newest } = looked.get(tenantId)!;
        reference.set(tenantId, await drift.referenceDates(await grid.take(tenantId), newest));
      }
    }
    const ofReference = [...reference.values()].flat();
    const scored = [...looked.values()].flatMap(({ runs }) => runs.map(({ asOf }) => asOf));
    const newest = [...looked.values()].map((of) => of.newest);
    const [scores, labels] = [along(SERVED_SCORES, scored), along(SERVED_LABELS, scored)];
    const features =
      drift === null || ofReference.length === 0 ? null : along(drift.features, [...ofReference, ...newest]);
    for (const tenantId of walk.tenantIds)
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
    await walk.close();
  }
}
