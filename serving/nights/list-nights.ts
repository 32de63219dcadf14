import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { isErasureRun } from '../scores-mart/erasure-runs.ts';
import { readRolledBackRuns } from '../scores-mart/night-rollbacks.ts';
import { readSucceededRuns, runsByTenant } from '../scores-mart/succeeded-runs.ts';
import { type RecordedRun, readNightRuns } from './night-runs.ts';

/** One night as its runs tell it. */
export interface ListedNight {
  /** Its run id. */
  readonly night: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Ascending. */
  readonly asOfDates: readonly AsOfDate[];
  /** `name@version`, each once. */
  readonly models: readonly string[];
  readonly tenantsByStatus: Readonly<Record<string, number>>;
  readonly accountsScored: number;
  /** Tenants whose list is this night's. */
  readonly tenantsServed: number;
  /** The last rollback that took scores of this night back and stands. */
  readonly rolledBack: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

/** Nights by when they ended, the latest first. */
export async function listNights(warehouse: Warehouse): Promise<readonly ListedNight[]> {
  const nights = new Map<string, RecordedRun[]>();
  for (const run of await readNightRuns(warehouse)) {
    if (isErasureRun(run)) continue;
    const ofNight = nights.get(run.runId);
    if (ofNight === undefined) nights.set(run.runId, [run]);
    else ofNight.push(run);
  }
  if (nights.size === 0) return [];
  const current = [
    ...runsByTenant(await readSucceededRuns(acrossTenants(warehouse, 'rollback of a night'))).values(),
  ]
    // An erasure lists the scores of the night before it again.
    .map((runs) => runs.findLast((run) => !isErasureRun(run))?.runId);
  const rollbacks = (await readRolledBackRuns(warehouse)).filter(({ undone }) => undone === null);
  return [...nights]
    .map(([night, runs]): ListedNight => {
      const rollback = rollbacks.findLast(({ runId }) => runId === night);
      const tenantsByStatus: Record<string, number> = {};
      for (const { status } of runs) tenantsByStatus[status] = (tenantsByStatus[status] ?? 0) + 1;
      return {
        night,
        startedAt: new Date(Math.min(...runs.map(({ startedAt }) => startedAt.getTime()))),
        finishedAt: runs.at(-1)!.finishedAt,
        asOfDates: [...new Set(runs.flatMap(({ asOf }) => asOf ?? []))].sort(),
        models: [
          ...new Set(
            runs.flatMap(({ modelName, modelVersion }) =>
              modelName === null ? [] : `${modelName}@${modelVersion}`,
            ),
          ),
        ].sort(),
        tenantsByStatus,
        accountsScored: runs.reduce((sum, { rowsScored }) => sum + rowsScored, 0),
        tenantsServed: current.filter((runId) => runId === night).length,
        rolledBack:
          rollback === undefined
            ? null
            : { at: rollback.rolledBackAt, by: rollback.requestedBy, reason: rollback.reason },
      };
    })
    .reverse();
}
