import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import { type ScoredDate, scoredOn } from '../scores-mart/scored-date.ts';

/** What a run added for one tenant, by account. */
export interface WrittenRevisions {
  /** Accounts with their first score for the date and model. */
  readonly inserted: readonly string[];
  /** Accounts whose score came out otherwise than before. */
  readonly revised: readonly string[];
  readonly withdrawn: readonly string[];
}

/** Reads back which rows a run added for one date, by tenant. One without new rows is absent. */
export async function readWrittenRevisions(
  reader: CrossTenantReader,
  date: ScoredDate,
  tenantIds: readonly TenantId[],
  runId: string,
): Promise<ReadonlyMap<TenantId, WrittenRevisions>> {
  const written = new Map<TenantId, { inserted: string[]; revised: string[]; withdrawn: string[] }>();
  const rows = reader.read({
    relation: accountChurnScores.relation,
    columns: ['tenant_id', 'account_id', 'revision', 'is_withdrawn'],
    where: [
      { column: 'tenant_id', is: 'in', value: tenantIds },
      ...scoredOn(date),
      { column: 'run_id', is: '=', value: runId },
    ],
    orderBy: ['tenant_id', 'account_id'],
  });
  for await (const batch of rows) {
    const [ids, accountIds] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'account_id')];
    const [revisions, withdrawn] = [numbersOf(batch, 'revision'), numbersOf(batch, 'is_withdrawn')];
    for (let row = 0; row < batch.rowCount; row++) {
      const ofTenant = written.get(ids[row] as TenantId) ?? { inserted: [], revised: [], withdrawn: [] };
      written.set(ids[row] as TenantId, ofTenant);
      const kind = withdrawn[row] === 1 ? 'withdrawn' : revisions[row] === 1 ? 'inserted' : 'revised';
      ofTenant[kind].push(accountIds[row]!);
    }
  }
  return written;
}
