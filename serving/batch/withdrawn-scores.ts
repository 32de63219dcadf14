import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { BatchColumn, ColumnBatch } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import { type LatestRevision, type ScoredDate, scoredOn } from '../scores-mart/latest-revisions.ts';

/** Values of one `in` filter: engines bound how many a statement takes. */
const ACCOUNTS_AT_ONCE = 1_000;

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
export async function withdrawingRows(
  reader: TenantReader,
  date: ScoredDate,
  latest: ReadonlyMap<string, LatestRevision>,
  accountIds: readonly string[],
  { runId, at }: { readonly runId: string; readonly at: Date },
): Promise<readonly ColumnBatch[]> {
  const batches: ColumnBatch[] = [];
  for (let from = 0; from < accountIds.length; from += ACCOUNTS_AT_ONCE) {
    const rows = reader.read({
      relation: accountChurnScores.relation,
      columns: accountChurnScores.columns.map(({ name }) => name),
      where: [
        ...scoredOn(date),
        { column: 'account_id', is: 'in', value: accountIds.slice(from, from + ACCOUNTS_AT_ONCE) },
      ],
    });
    for await (const batch of rows) {
      const [ids, revisions] = [textsOf(batch, 'account_id'), numbersOf(batch, 'revision')];
      const isLatest = (row: number) => latest.get(ids[row]!)?.revision === revisions[row];
      const kept = Array.from({ length: batch.rowCount }, (_, row) => row).filter(isLatest);
      batches.push(withdrawing(batch, kept, runId, at));
    }
  }
  return batches;
}

function withdrawing(batch: ColumnBatch, rows: readonly number[], runId: string, at: Date): ColumnBatch {
  const said: Readonly<Record<string, number | string>> = {
    revision: 1,
    is_withdrawn: 1,
    run_id: runId,
    scored_at: at.getTime(),
  };
  const columns = new Map<string, BatchColumn>();
  for (const [name, column] of batch.columns)
    columns.set(
      name,
      column.kind === 'text'
        ? { ...column, values: rows.map((row) => (said[name] as string | undefined) ?? column.values[row]!) }
        : {
            ...column,
            values: Float64Array.from(
              rows,
              (row) => (said[name] as number | undefined) ?? column.values[row]!,
            ),
          },
    );
  return { rowCount: rows.length, columns };
}
