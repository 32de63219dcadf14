import { SCORE_GATES, type ScoreGate } from '../../features/contract/score-gates.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse, Relation } from '../../features/warehouse/warehouse.ts';
import { EVERY_TENANT } from '../scores-mart/build-runs.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';

/** Where a gate warns and where it refuses; null for never. */
export interface GateLimit {
  readonly warnAbove: number | null;
  readonly refuseAbove: number | null;
}

export type GateLimits = Readonly<Record<ScoreGate, GateLimit>>;

/** Where no marts say otherwise; `dbt_project.yml` declares the same, and a test compares them. */
export const DEFAULT_GATE_LIMITS: GateLimits = {
  missing_share: { warnAbove: null, refuseAbove: 0.8 },
  row_count_held: { warnAbove: null, refuseAbove: 0.5 },
  feature_drift: { warnAbove: 0.5, refuseAbove: null },
  score_drift: { warnAbove: 0.5, refuseAbove: null },
  moved_scores: { warnAbove: 0.5, refuseAbove: 0.9 },
};

const GATE_LIMITS: Relation = { schema: 'analytics', name: 'gate_limits' };

/** The limits of each tenant: its own, else those of all. */
export async function readGateLimits(
  warehouse: Pick<ReadableWarehouse, 'describe'>,
  reader: CrossTenantReader,
): Promise<(tenantId: TenantId) => GateLimits> {
  const found = new Map<string, Partial<Record<ScoreGate, GateLimit>>>();
  if ((await warehouse.describe(GATE_LIMITS)).length > 0) {
    const rows = reader.read({
      relation: GATE_LIMITS,
      columns: ['tenant_id', 'gate', 'warn_above', 'refuse_above'],
      where: [{ column: 'gate', is: 'in', value: SCORE_GATES }],
    });
    for await (const batch of rows) {
      const [tenantIds, gates] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'gate')];
      const [warn, refuse] = [numbersOf(batch, 'warn_above'), numbersOf(batch, 'refuse_above')];
      for (let row = 0; row < batch.rowCount; row++)
        found.set(tenantIds[row]!, {
          ...found.get(tenantIds[row]!),
          [gates[row]!]: { warnAbove: known(warn[row]!), refuseAbove: known(refuse[row]!) },
        });
    }
  }
  const everyone = { ...DEFAULT_GATE_LIMITS, ...found.get(EVERY_TENANT) };
  return (tenantId) => ({ ...everyone, ...found.get(tenantId) });
}

function known(limit: number): number | null {
  return Number.isNaN(limit) ? null : limit;
}
