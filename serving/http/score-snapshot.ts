import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { readCurrentScores } from '../scores-mart/read-current-scores.ts';
import { readScoreHistory } from '../scores-mart/score-history.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readSucceededRuns, runsByTenant } from '../scores-mart/succeeded-runs.ts';
import type { TenantScores } from './scores-gateway.ts';

/** Current scores of every tenant, by column, as one immutable value that is swapped whole. */
export type ScoreSnapshot = ReadonlyMap<TenantId, TenantScores>;

/**
 * Reads the snapshot; tenants whose current run is the one that `previous` holds are taken over as they are, so a
 * refresh without news reads one small table.
 */
export async function loadScoreSnapshot(
  warehouse: Warehouse,
  previous: ScoreSnapshot | null,
): Promise<ScoreSnapshot> {
  if ((await warehouse.describe(scoreRuns.relation)).length === 0) return new Map();
  const runs = runsByTenant(await readSucceededRuns(acrossTenants(warehouse, 'serving snapshot')));
  const snapshot = new Map<TenantId, TenantScores>();
  for (const [tenantId, tenantRuns] of runs) {
    const run = tenantRuns.at(-1)!;
    const held = previous?.get(tenantId);
    if (held !== undefined && held.current.run.runId === run.runId) {
      snapshot.set(tenantId, held);
      continue;
    }
    const reader = tenantReader(warehouse, tenantId);
    const current = await readCurrentScores(reader, run);
    if (current !== null)
      snapshot.set(tenantId, { current, ...(await readScoreHistory(reader, tenantRuns)) });
  }
  return snapshot;
}
