import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { textsOf } from '../scores-mart/batch-columns.ts';
import type { RowsWritten, ScoreRun } from '../scores-mart/score-runs.ts';

/** Which run made the row of each account, by tenant: what the mart holds of some slices. */
export type RowMakers = ReadonlyMap<TenantId, ReadonlyMap<string, string>>;

/** Reads who made the rows of some slices, each given by its runs, which share as-of date and model. */
export async function readRowMakers(
  reader: CrossTenantReader,
  slices: readonly (readonly ScoreRun[])[],
): Promise<RowMakers> {
  const makers = new Map<TenantId, Map<string, string>>();
  for (const runs of slices) {
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

/** What a run did to its slice: a row that it did not touch still names the run that made it. */
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
