import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import type { LatestRevision } from '../scores-mart/latest-revisions.ts';
import { readRevisions } from '../scores-mart/read-revisions.ts';
import type { ScoredDate } from '../scores-mart/scored-date.ts';

/** Accounts whose latest score counts although they are not among those scored now. */
export function noLongerScored(
  latest: ReadonlyMap<string, LatestRevision>,
  scoredNow: readonly (string | null)[],
): string[] {
  const now = new Set(scoredNow);
  return [...latest].flatMap(([accountId, { isWithdrawn }]) =>
    isWithdrawn || now.has(accountId) ? [] : [accountId],
  );
}

/** Rows that withdraw the latest scores of the accounts: they repeat them, and say so. */
export function withdrawingRows(
  reader: TenantReader,
  date: ScoredDate,
  latest: ReadonlyMap<string, LatestRevision>,
  accountIds: readonly string[],
  { runId, at }: { readonly runId: string; readonly at: Date },
): Promise<readonly ColumnBatch[]> {
  const wanted = new Map(accountIds.map((accountId) => [accountId, latest.get(accountId)!.revision]));
  return readRevisions(reader, date, wanted, { is_withdrawn: 1, run_id: runId, scored_at: at.getTime() });
}
