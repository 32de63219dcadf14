import { z } from 'zod';
import { type AsOfDate, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { numbersOf, textsOf } from './column-values.ts';
import { scoreRuns } from './score-runs.ts';
import type { SucceededRun } from './succeeded-runs.ts';

/** Why a tenant's scores are older than its data. */
export interface HeldBack {
  /** The last day that ought to have been scored. */
  readonly asOf: AsOfDate;
  /** How many days the scores are behind it. */
  readonly daysBehind: number;
  readonly status: 'refused' | 'failed';
  /** Gates that refused that day; empty where something else did. */
  readonly gates: readonly string[];
}

const gatesSchema = z.array(z.object({ gate: z.string(), passed: z.boolean() }));

/**
 * Tenants whose latest run did not come to scores. Runs about days before the scores, such as those of a back-fill,
 * hold nothing back.
 *
 * @param current The run that each tenant's scores are of
 */
export async function readHeldBack(
  reader: CrossTenantReader,
  current: ReadonlyMap<TenantId, SucceededRun>,
): Promise<ReadonlyMap<TenantId, HeldBack>> {
  const heldBack = new Map<TenantId, HeldBack>();
  const rows = reader.read({
    relation: scoreRuns.relation,
    columns: ['tenant_id', 'as_of_date', 'status', 'gate_results', 'started_at'],
    where: [{ column: 'status', is: 'in', value: ['refused', 'failed'] }],
    orderBy: ['started_at', 'run_id'],
  });
  for await (const batch of rows) {
    const [tenantIds, statuses] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'status')];
    const [days, started] = [numbersOf(batch, 'as_of_date'), numbersOf(batch, 'started_at')];
    const gates = textsOf(batch, 'gate_results');
    for (let row = 0; row < batch.rowCount; row++) {
      const tenantId = tenantIds[row] as TenantId;
      const run = current.get(tenantId);
      const daysBehind = run === undefined ? Number.NaN : days[row]! - toEpochDay(run.asOf);
      // For the day of the scores themselves, only what came after them counts.
      const isLater = daysBehind > 0 || (daysBehind === 0 && started[row]! >= run!.finishedAt.getTime());
      if (!isLater) continue;
      heldBack.set(tenantId, {
        asOf: fromEpochDay(days[row]!),
        daysBehind,
        status: statuses[row] as HeldBack['status'],
        gates: gatesSchema
          .parse(JSON.parse(gates[row]!))
          .flatMap(({ gate, passed }) => (passed ? [] : [gate])),
      });
    }
  }
  return heldBack;
}
