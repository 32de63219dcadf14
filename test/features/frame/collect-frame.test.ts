import { expect, test } from 'vitest';
import type { FeatureSet } from '../../../features/contract/feature-set.ts';
import { collectFrame, frameColumns } from '../../../features/frame/collect-frame.ts';
import type { BatchColumn, ColumnBatch } from '../../../features/warehouse/warehouse.ts';

const feature = (name: string, type: 'number' | 'category' | 'boolean') =>
  ({ name, type, label: name, unit: '', risk_when: 'either' }) as const;
const featureSet: FeatureSet = {
  name: 'test',
  version: 1,
  features: [feature('events_28d', 'number'), feature('plan', 'category'), feature('has_seats', 'boolean')],
};
const numeric = (type: 'number' | 'date' | 'boolean', ...values: number[]): BatchColumn => ({
  kind: 'numeric',
  type,
  values: Float64Array.from(values),
});
const text = (...values: (string | null)[]): BatchColumn => ({ kind: 'text', type: 'text', values });

async function* batchesOf(...batches: Record<string, BatchColumn>[]): AsyncGenerator<ColumnBatch> {
  for (const columns of batches)
    yield { rowCount: columns.account_id!.values.length, columns: new Map(Object.entries(columns)) };
}

test('selects keys and features in model order', () => {
  expect(frameColumns(featureSet)).toEqual([
    'tenant_id',
    'account_id',
    'as_of_date',
    'events_28d',
    'plan',
    'has_seats',
  ]);
});

test('joins batches, codes text and keeps what is missing', async () => {
  const { frame, keys } = await collectFrame(
    batchesOf(
      {
        tenant_id: text('acme', 'acme'),
        account_id: text('a', 'b'),
        as_of_date: numeric('date', 19783, 19790),
        events_28d: numeric('number', 3, Number.NaN),
        plan: text('pro', null),
        has_seats: numeric('boolean', 1, Number.NaN),
      },
      {
        tenant_id: text('zeta'),
        account_id: text('a'),
        as_of_date: numeric('date', 19783),
        events_28d: numeric('number', 0),
        plan: text('pro'),
        has_seats: numeric('boolean', 0),
      },
    ),
    featureSet,
  );
  expect(frame.rowCount).toBe(3);
  expect(Object.fromEntries(frame.columns)).toEqual({
    events_28d: { kind: 'number', values: Float64Array.of(3, Number.NaN, 0) },
    plan: { kind: 'category', codes: Int32Array.of(0, -1, 0), levels: ['pro'] },
    has_seats: { kind: 'number', values: Float64Array.of(1, Number.NaN, 0) },
  });
  expect(keys).toEqual({
    tenantIds: { kind: 'category', codes: Int32Array.of(0, 0, 1), levels: ['acme', 'zeta'] },
    accountIds: ['a', 'b', 'a'],
    asOfEpochDays: Int32Array.of(19783, 19790, 19783),
  });
});

test('a category that is stored as a number or boolean is written out', async () => {
  const one = { ...featureSet, features: [feature('tier', 'category'), feature('vip', 'category')] };
  const { frame } = await collectFrame(
    batchesOf({
      tenant_id: text('acme', 'acme'),
      account_id: text('a', 'b'),
      as_of_date: numeric('date', 1, 1),
      tier: numeric('number', 2, Number.NaN),
      vip: numeric('boolean', 0, 1),
    }),
    one,
  );
  expect(frame.columns.get('tier')).toEqual({ kind: 'category', codes: Int32Array.of(0, -1), levels: ['2'] });
  expect(frame.columns.get('vip')).toMatchObject({ levels: ['false', 'true'] });
});

test('no rows give an empty frame', async () => {
  const { frame, keys } = await collectFrame(batchesOf(), featureSet);
  expect(frame.rowCount).toBe(0);
  expect(frame.columns.get('plan')).toEqual({ kind: 'category', codes: new Int32Array(0), levels: [] });
  expect(keys.accountIds).toEqual([]);
});

test('grows past its first capacity', async () => {
  const n = 10_000;
  const column = numeric('number', ...Array.from({ length: n }, (_, i) => i));
  const many = {
    tenant_id: text(...Array(n).fill('acme')),
    account_id: text(...Array(n).fill('a')),
    as_of_date: column,
    events_28d: column,
    plan: text(...Array(n).fill('pro')),
    has_seats: column,
  };
  const { frame } = await collectFrame(batchesOf(many, many), featureSet);
  const values = (frame.columns.get('events_28d') as { values: Float64Array }).values;
  expect([values.length, values[n - 1], values[n], values[2 * n - 1]]).toEqual([2 * n, n - 1, 0, n - 1]);
});

test('a feature that is now text is refused with its type', async () => {
  const wrong = {
    tenant_id: text('acme'),
    account_id: text('a'),
    as_of_date: numeric('date', 1),
    events_28d: text('three'),
    plan: text('pro'),
    has_seats: numeric('boolean', 1),
  };
  await expect(collectFrame(batchesOf(wrong), featureSet)).rejects.toThrow(/number was expected/);
});
