import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import { readRevisions } from '../scores-mart/read-revisions.ts';
import { type ScoredDate, scoredOn } from '../scores-mart/scored-date.ts';

/** One revision, without its values. */
interface Revision {
  readonly number: number;
  readonly isWithdrawn: boolean;
}

/**
 * Rows that make the latest revisions of one tenant's scores at a date say what the given runs said last: of each account
 * the last score that one of them made, and no score where none did. Rows that the warehouse would find equal to the latest
 * are among them.
 *
 * @param by Names the change in `run_id`
 */
export async function scoresAsOfRuns(
  reader: TenantReader,
  date: ScoredDate,
  runIds: ReadonlySet<string>,
  by: { readonly runId: string; readonly at: Date },
): Promise<readonly ColumnBatch[]> {
  const latest = new Map<string, Revision>();
  const wanted = new Map<string, Revision>();
  const rows = reader.read({
    relation: accountChurnScores.relation,
    columns: ['account_id', 'revision', 'is_withdrawn', 'run_id'],
    where: scoredOn(date),
    orderBy: ['account_id', 'revision'],
  });
  for await (const batch of rows) {
    const [accountIds, makers] = [textsOf(batch, 'account_id'), textsOf(batch, 'run_id')];
    const [numbers, withdrawn] = [numbersOf(batch, 'revision'), numbersOf(batch, 'is_withdrawn')];
    for (let row = 0; row < batch.rowCount; row++) {
      const revision = { number: numbers[row]!, isWithdrawn: withdrawn[row] === 1 };
      latest.set(accountIds[row]!, revision);
      if (runIds.has(makers[row]!)) wanted.set(accountIds[row]!, revision);
    }
  }
  const restored = new Map<string, number>();
  const withdrawn = new Map<string, number>();
  for (const [accountId, now] of latest) {
    const then = wanted.get(accountId);
    if (then?.number === now.number) continue;
    if (then !== undefined && !then.isWithdrawn) restored.set(accountId, then.number);
    else if (!now.isWithdrawn) withdrawn.set(accountId, now.number);
  }
  return [
    ...(await readRevisions(reader, date, restored, { run_id: by.runId })),
    ...(await readRevisions(reader, date, withdrawn, {
      is_withdrawn: 1,
      run_id: by.runId,
      scored_at: by.at.getTime(),
    })),
  ];
}
