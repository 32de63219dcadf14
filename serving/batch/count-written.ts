import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { textsOf } from '../scores-mart/column-values.ts';
import type { RowsWritten, ScoreRun } from '../scores-mart/score-runs.ts';

/** Which run made the row of each account, by tenant: what the mart holds now. */
export type RowMakers = ReadonlyMap<TenantId, ReadonlyMap<string, string>>;

/** Reads which run made each row. @param groups Runs that share as-of date and model, read in one query each */
export async function readRowMakers(
  reader: CrossTenantReader,
  groups: readonly (readonly ScoreRun[])[],
): Promise<RowMakers> {
  const makers = new Map<TenantId, Map<string, string>>();
  for (const runs of groups) {
    for (const { tenantId } of runs) makers.set(tenantId, new Map());
    const { asOf, modelName, modelVersion } = runs[0]!;
    const rows = reader.read({
      relation: accountChurnScores.relation,
      columns: ['tenant_id', 'account_id', 'run_id'],
      where: [
        { column: 'tenant_id', is: 'in', value: runs.map(({ tenantId }) => tenantId) },
        { column: 'as_of_date', is: '=', value: asOf! },
        { column: 'model_name', is: '=', value: modelName! },
        { column: 'model_version', is: '=', value: modelVersion! },
      ],
    });
    for await (const batch of rows) {
      const [tenantIds, accountIds] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'account_id')];
      const runIds = textsOf(batch, 'run_id');
      for (let row = 0; row < batch.rowCount; row++)
        makers.get(tenantIds[row] as TenantId)?.set(accountIds[row]!, runIds[row]!);
    }
  }
  return makers;
}

/** What a run changed: a row that it left alone still names the run that made it. */
export function countWritten(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  runId: string,
): RowsWritten {
  const counts = { inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
  for (const [accountId, maker] of after) {
    if (!before.has(accountId)) counts.inserted += 1;
    else if (maker === runId) counts.updated += 1;
    else counts.unchanged += 1;
  }
  for (const accountId of before.keys()) if (!after.has(accountId)) counts.deleted += 1;
  return counts;
}
