import { describe, expect, it } from 'vitest';
import { OperationFailed } from '../../../features/contract/failure.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { ContractColumn } from '../../../features/warehouse/warehouse.ts';

const relation = { schema: 'analytics', name: 'accounts' };
const CONTRACT: readonly ContractColumn[] = [
  { name: 'account_id', type: 'varchar' },
  { name: 'seats', type: 'bigint' },
  { name: 'mrr', type: 'double' },
];
const KEPT = "select 'a' as account_id, cast(3 as bigint) as seats, cast(1 as double) as mrr";

/** What is said of a model that was built with a contract, and what is there afterwards. */
async function built(sql: string, as: 'table' | 'view' = 'table') {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  try {
    const failure = await warehouse.transform([{ relation, as, sql, contract: CONTRACT }]).then(
      () => null,
      (error: unknown) => error as OperationFailed,
    );
    return { failure, columns: (await warehouse.describe(relation)).map(({ name }) => name) };
  } finally {
    await warehouse.close();
  }
}

describe('the contract of a model', () => {
  it('is kept by the same columns of the same types in the same order, in a table and in a view', async () => {
    const expected = { failure: null, columns: ['account_id', 'seats', 'mrr'] };
    expect(await built(KEPT)).toEqual(expected);
    expect(await built(KEPT, 'view')).toEqual(expected);
  });

  it.each([
    ['another type', KEPT.replace('bigint', 'integer'), 'column seats is INTEGER, the contract says BIGINT'],
    ['a missing column', KEPT.replace(', cast(1 as double) as mrr', ''), 'column mrr is missing'],
    ['one too many', `${KEPT}, 1 as extra`, 'column extra is not in the contract'],
    [
      'a renamed column',
      KEPT.replace('as mrr', 'as revenue'),
      'column mrr is missing; column revenue is not in the contract',
    ],
    [
      'another order',
      "select cast(3 as bigint) as seats, 'a' as account_id, cast(1 as double) as mrr",
      'column 1 is seats, the contract says account_id',
    ],
  ])('is broken by %s, and nothing is built', async (_, sql, problem) => {
    const { failure, columns } = await built(sql);
    expect(failure).toBeInstanceOf(OperationFailed);
    expect(failure!.message).toContain('analytics.accounts');
    expect(failure!.message).toContain(`the model does not keep its contract: ${problem}`);
    expect(columns).toEqual([]);
  });
});
