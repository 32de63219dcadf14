import { join } from 'node:path';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowsOfBatches } from '../../features/warehouse/rows-of-batches.ts';
import type { Delivery, SmallPlatform } from './small-platform.ts';
import { readState } from './state.ts';

/** What the warehouse made of all rows that ever arrived, against counting those rows here. */
export interface RowComparison {
  readonly events: number;
  /** Events that arrived and are not counted, and counted ones that did not arrive, over all accounts and days. */
  readonly lost: number;
  readonly doubled: number;
  /** Of accounts that their tenant does not have. */
  readonly inAnotherTenant: number;
  /** Score rows whose key is there twice, and those of an account of another tenant. */
  readonly scoresDoubled: number;
  readonly scoresInAnotherTenant: number;
}

/** Counts events by tenant, account and day, in the mart and in what was delivered. */
export async function compareRows(
  { before, accounts }: SmallPlatform,
  home: string,
  arrived: readonly Delivery[],
): Promise<RowComparison> {
  const delivered = new Map<string, number>();
  const ids = new Set<string>();
  const early = before.find(({ table }) => table.relation.name === 'platform_events')!.rows;
  for (const row of [...early, ...arrived.flatMap(({ platform_events }) => platform_events)]) {
    const id = row.event_id === null ? null : `${row.tenant_id} ${row.event_id}`;
    if (id !== null && ids.has(id)) continue;
    if (id !== null) ids.add(id);
    const day = Math.floor(Number(row.event_time) / 86_400_000);
    const key = `${row.tenant_id} ${row.account_id} ${day}`;
    delivered.set(key, (delivered.get(key) ?? 0) + 1);
  }
  const counted = new Map<string, number>();
  const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb'), readOnly: true });
  try {
    const activity = warehouse.read({
      relation: { schema: 'analytics', name: 'account_daily_activity' },
      columns: ['tenant_id', 'account_id', 'activity_date', 'event_count'],
      where: [{ column: 'tenant_id', is: '!=', value: 'platform' }],
    });
    for (const row of await rowsOfBatches(activity)) {
      const key = `${row.tenant_id} ${row.account_id} ${row.activity_date}`;
      counted.set(key, (counted.get(key) ?? 0) + Number(row.event_count));
    }
  } finally {
    await warehouse.close();
  }
  const { doubled, misplaced } = await readState(home, accounts);
  let [lost, surplus, inAnotherTenant] = [0, 0, 0];
  for (const key of new Set([...delivered.keys(), ...counted.keys()])) {
    const difference = (counted.get(key) ?? 0) - (delivered.get(key) ?? 0);
    if (difference < 0) lost -= difference;
    else surplus += difference;
    const [tenant, account] = key.split(' ');
    if (difference > 0 && !accounts.has(`${tenant} ${account}`)) inAnotherTenant += difference;
  }
  return {
    events: [...delivered.values()].reduce((sum, count) => sum + count, 0),
    lost,
    doubled: surplus,
    inAnotherTenant,
    scoresDoubled: doubled,
    scoresInAnotherTenant: misplaced,
  };
}
