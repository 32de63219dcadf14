import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from './account-churn-scores.ts';
import { numbersOf, textsOf } from './column-values.ts';
import { rowsSaying } from './rows-saying.ts';
import { type ScoredDate, scoredOn } from './scored-date.ts';

/** Values of one `in` filter: engines bound how many a statement takes. */
const ACCOUNTS_AT_ONCE = 1_000;

/**
 * Whole rows of one tenant's scores at a date, one revision of each account, as rows to be written again: with other values
 * in the given columns, and with the revision 1, which the warehouse numbers on.
 *
 * @param wanted The revision by account
 */
export async function readRevisions(
  reader: TenantReader,
  date: ScoredDate,
  wanted: ReadonlyMap<string, number>,
  said: Readonly<Record<string, number | string>>,
): Promise<readonly ColumnBatch[]> {
  const batches: ColumnBatch[] = [];
  const accountIds = [...wanted.keys()];
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
      const kept = Array.from({ length: batch.rowCount }, (_, row) => row).filter(
        (row) => wanted.get(ids[row]!) === revisions[row],
      );
      batches.push(rowsSaying(batch, kept, { ...said, revision: 1 }));
    }
  }
  return batches;
}
