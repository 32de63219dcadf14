import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { numbersOf, textsOf } from './column-values.ts';
import { isErasureRun } from './erasure-runs.ts';
import { type RunStatus, scoreRuns } from './score-runs.ts';
import type { SucceededRun } from './succeeded-runs.ts';

/** How a tenant's latest run ended, whichever day it was about. */
export interface LastAttempt {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly finishedAt: Date;
}

/**
 * Of every tenant that was ever tried.
 *
 * @param succeeded All of these, which the caller has read already: only the others, which are few, are read here
 */
export async function readLastAttempts(
  reader: CrossTenantReader,
  succeeded: readonly SucceededRun[],
): Promise<ReadonlyMap<TenantId, LastAttempt>> {
  const attempts = new Map<TenantId, LastAttempt>();
  const keep = (tenantId: TenantId, attempt: LastAttempt) => {
    const held = attempts.get(tenantId);
    if (held === undefined || held.finishedAt <= attempt.finishedAt) attempts.set(tenantId, attempt);
  };
  for await (const batch of reader.read({
    relation: scoreRuns.relation,
    columns: ['tenant_id', 'status', 'finished_at'],
    where: [{ column: 'status', is: 'in', value: ['failed', 'refused'] }],
  })) {
    const [tenantIds, statuses] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'status')];
    const finished = numbersOf(batch, 'finished_at');
    for (let row = 0; row < batch.rowCount; row++)
      keep(tenantIdSchema.parse(tenantIds[row]), {
        status: statuses[row] === 'refused' ? 'refused' : 'failed',
        finishedAt: new Date(finished[row]!),
      });
  }
  for (const run of succeeded)
    if (!isErasureRun(run)) keep(run.tenantId, { status: 'succeeded', finishedAt: run.finishedAt });
  return attempts;
}
