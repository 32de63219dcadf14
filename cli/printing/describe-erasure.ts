import type { Erasure, Found } from '../../features/erasure/erasure-record.ts';
import type { RowOwner, Warehouse } from '../../features/warehouse/warehouse.ts';
import type { ErasePlan } from '../jobs/erase.ts';

/** What an erasure is about to remove, for a person to look at first. */
export function describeErasePlan({ target, found, unfinished, notReached }: ErasePlan): string {
  return [
    `${inWords(target)}:`,
    ...listed(found),
    ...(unfinished === undefined
      ? []
      : [`  goes on with the erasure requested on ${unfinished.requestedAt.toISOString()}`]),
    ...notReached.map((sentence) => `  not reached: ${sentence}`),
  ].join('\n');
}

export function describeErasure({ erasureId, target, found }: Erasure, engine: Warehouse['engine']): string {
  const rows = Object.values(found.rows).reduce((sum, count) => sum + count, 0);
  const snapshots = found.snapshots.length;
  return [
    `${inWords(target)} is erased: ${counted(rows, 'row')}${snapshots > 0 ? ` and the files of ${counted(snapshots, 'snapshot')}` : ''} (raw.erasures ${erasureId})`,
    engine === 'duckdb'
      ? 'running services drop it when they next refresh; models trained before keep what they learnt'
      : 'run `dbt build --target snowflake` for the sums that hold it; running services drop it when they next refresh',
  ].join('\n');
}

function listed({ rows, snapshots }: Found): readonly string[] {
  const lines = Object.entries(rows).map(([table, count]) => `  ${table}: ${counted(count, 'row')}`);
  return [...lines, ...snapshots.map((id) => `  snapshot ${id}: its files`)];
}

function inWords({ tenantId, accountId }: RowOwner): string {
  return accountId === null ? `tenant ${tenantId}` : `account ${accountId} of tenant ${tenantId}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
