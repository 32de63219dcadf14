import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FeatureSet } from '../../../features/contract/feature-set.ts';
import { readSnapshot } from '../../../features/snapshot/read-snapshot.ts';
import type { Snapshot } from '../../../features/snapshot/snapshot.ts';
import { extractSnapshot } from '../../../features/snapshot/snapshot.ts';
import type { SnapshotScope } from '../../../features/snapshot/snapshot-manifest.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';

const feature = (name: string, type: 'number' | 'category' | 'boolean') =>
  ({ name, type, label: name, unit: '', risk_when: 'either' }) as const;
const featureSet: FeatureSet = {
  name: 'account_features',
  version: 1,
  features: [feature('events_28d', 'number'), feature('plan', 'category'), feature('is_new', 'boolean')],
};
const FEATURES = `select * from (values
  ('acme', 'b', date '2024-03-01', 3, 'pro', true), ('acme', 'a', date '2024-03-08', null, null, null),
  ('acme', 'a', date '2024-03-01', 9, 'basic', false), ('acme', 'a', date '2024-03-09', 8, 'pro', false),
  ('zeta', 'a', date '2024-03-08', 0, 'pro', false),
  ('platform', 'acme', date '2024-03-08', 100, 'enterprise', false)
) as t (tenant_id, account_id, as_of_date, events_28d, plan, is_new)`;
// No label row for acme b; the 60 and 90 day windows of acme a are open.
const LABELS = `select * from (values
  ('acme', 'a', date '2024-03-01', true, true, true), ('acme', 'a', date '2024-03-08', false, null, null),
  ('zeta', 'a', date '2024-03-08', false, false, true), ('platform', 'acme', date '2024-03-08', false, false, false),
  ('acme', 'gone', date '2024-03-08', true, true, true)
) as t (tenant_id, account_id, as_of_date, churned_30d, churned_60d, churned_90d)`;

const DATES = `select * from (values
  ('acme', date '2024-03-01', true), ('acme', date '2024-03-08', true), ('acme', date '2024-03-09', false)
) as t (tenant_id, as_of_date, is_grid_date)`;

let warehouse: EmbeddedWarehouse;
let directory: string;

beforeAll(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
});
afterAll(() => warehouse.close());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'snapshots-'));
  await build(FEATURES);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function build(features: string): Promise<void> {
  return warehouse.transform([
    { relation: { schema: 'analytics', name: 'account_features' }, as: 'table', sql: features },
    { relation: { schema: 'analytics', name: 'account_churn_labels' }, as: 'view', sql: LABELS },
    { relation: { schema: 'analytics', name: 'tenant_as_of_dates' }, as: 'view', sql: DATES },
  ]);
}

const extract = (scope: SnapshotScope, at = '2024-04-01T00:00:00.000Z'): Promise<Snapshot> =>
  extractSnapshot({ warehouse, featureSet, directory, scope, clock: () => new Date(at) });

test('holds features with their labels by key, and NaN for unknown values', async () => {
  const snapshot = await extract({ kind: 'tenants' });
  expect(snapshot).toMatchObject({ rowCount: 4, isNew: true });
  expect(snapshot.manifest).toMatchObject({
    scope: { kind: 'tenants' },
    first_as_of_date: '2024-03-01',
    last_as_of_date: '2024-03-08',
    features: { row_count: 4 },
    labels: { row_count: 4 },
    created_at: '2024-04-01T00:00:00.000Z',
  });
  const read = await readSnapshot(snapshot.directory, featureSet);
  expect(read.keys.accountIds).toEqual(['a', 'a', 'b', 'a']);
  expect(read.tenantIds).toEqual({
    kind: 'category',
    codes: Int32Array.of(0, 0, 0, 1),
    levels: ['acme', 'zeta'],
  });
  expect([...read.asOfEpochDays!]).toEqual([19783, 19790, 19783, 19790]);
  expect([...read.groups]).toEqual([0, 0, 1, 2]);
  expect(read.targets).toEqual(['churned_30d', 'churned_60d', 'churned_90d']);
  const unknown = Number.NaN;
  expect(read.labels.map((label) => [...label])).toEqual([
    [1, 0, unknown, 0],
    [1, unknown, unknown, 0],
    [1, unknown, unknown, 1],
  ]);
  expect(Object.fromEntries(read.frame.columns)).toEqual({
    events_28d: { kind: 'number', values: Float64Array.of(9, unknown, 3, 0) },
    plan: { kind: 'category', codes: Int32Array.of(0, -1, 1, 1), levels: ['basic', 'pro'] },
    is_new: { kind: 'number', values: Float64Array.of(0, unknown, 1, 0) },
  });
});

test('holds the accounts of its scope only', async () => {
  const accountsOf = async (scope: SnapshotScope) =>
    (await readSnapshot((await extract(scope)).directory, featureSet)).keys.accountIds;
  expect(await accountsOf({ kind: 'operator' })).toEqual(['acme']);
  expect(await accountsOf({ kind: 'tenant', tenantId: 'zeta' })).toEqual(['a']);
  await expect(extract({ kind: 'tenant', tenantId: 'nobody' })).rejects.toThrow(
    /no accounts of tenant nobody; .*churn features build/,
  );
  expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('the same content has the same id and is not written twice; other content has another', async () => {
  const first = await extract({ kind: 'tenants' });
  const again = await extract({ kind: 'tenants' }, '2024-05-05T00:00:00.000Z');
  expect(again).toEqual({ ...first, isNew: false });
  await build(FEATURES.replace("'b', date '2024-03-01', 3", "'b', date '2024-03-01', 4"));
  const other = await extract({ kind: 'tenants' });
  expect(other.id).not.toBe(first.id);
  expect(readdirSync(directory).sort()).toEqual([first.id, other.id].sort());
});

test('names the features whose source sent only a later state, and which of them training leaves out', async () => {
  const [events, plan, isNew] = featureSet.features;
  const reading = {
    ...featureSet,
    features: [
      events!,
      { ...plan!, state_of: 'subscriptions.plan' },
      { ...isNew!, state_of: 'accounts.is_new' },
    ],
  };
  const undated = (rows: string) =>
    warehouse.transform([
      {
        relation: { schema: 'analytics', name: 'undated_versions' },
        as: 'view',
        sql: `select * from (values ${rows}) as t (table_name, tenant_id, dated_from, undated_count, thing_count)`,
      },
    ]);
  const extracted = (scope: SnapshotScope) =>
    extractSnapshot({ warehouse, featureSet: reading, directory, scope, clock: () => new Date() });
  // Two of acme's three rows lie before the load of all its contracts, and those of a hundredth of its accounts.
  await undated(`('subscriptions', 'acme', date '2024-03-08', 2, 2),
    ('accounts', 'acme', date '2024-03-08', 1, 100), ('accounts', 'zeta', date '2024-03-08', 1, 1)`);
  const { manifest, id } = await extracted({ kind: 'tenants' });
  expect(manifest.not_point_in_time).toEqual([
    { feature: 'plan', state_of: 'subscriptions.plan', share_of_rows: 0.5, is_left_out: true },
    { feature: 'is_new', state_of: 'accounts.is_new', share_of_rows: 0.005, is_left_out: false },
  ]);
  // Of one tenant, what another sent says nothing.
  expect((await extracted({ kind: 'tenant', tenantId: 'zeta' })).manifest.not_point_in_time).toBeUndefined();
  await undated(`('subscriptions', 'acme', date '2024-03-01', 2, 2)`);
  const dated = await extracted({ kind: 'tenants' });
  expect(dated.manifest.not_point_in_time).toBeUndefined();
  expect(dated.id).not.toBe(id);
});

test('refuses files that are not what was extracted', async () => {
  const { directory: snapshot } = await extract({ kind: 'tenants' });
  const features = join(snapshot, 'features.parquet');
  const whole = readFileSync(features);
  truncateSync(features, whole.length - 1);
  await expect(readSnapshot(snapshot, featureSet)).rejects.toThrow(/features\.parquet: .*cut short/);
  writeFileSync(features, whole);
  rmSync(join(snapshot, 'labels.parquet'));
  await expect(readSnapshot(snapshot, featureSet)).rejects.toThrow(/labels\.parquet: .*missing/);
  truncateSync(join(snapshot, 'manifest.json'), 40);
  await expect(readSnapshot(snapshot, featureSet)).rejects.toThrow(/not the manifest of a snapshot/);
  await expect(readSnapshot(join(directory, 'absent'), featureSet)).rejects.toThrow(/no snapshot here/);
});

test('refuses another feature set', async () => {
  const { directory: snapshot } = await extract({ kind: 'tenants' });
  await expect(readSnapshot(snapshot, { ...featureSet, version: 2 })).rejects.toThrow(
    /made for feature set account_features version 1 .*not account_features version 2.*churn features extract/,
  );
});

test('a mart without a feature is named, and nothing is left behind', async () => {
  const features = [...featureSet.features, feature('mood', 'number')];
  const extracted = extractSnapshot({
    warehouse,
    featureSet: { ...featureSet, features },
    directory,
    scope: { kind: 'tenants' },
    clock: () => new Date(),
  });
  await expect(extracted).rejects.toThrow(
    /analytics\.account_features: there is no column mood; run `churn features build`/,
  );
  expect(readdirSync(directory)).toEqual([]);
});

test('a folder that cannot be written is a clear failure', async () => {
  writeFileSync(join(directory, 'taken'), '');
  const extracted = extractSnapshot({
    warehouse,
    featureSet,
    directory: join(directory, 'taken'),
    scope: { kind: 'tenants' },
    clock: () => new Date(),
  });
  await expect(extracted).rejects.toMatchObject({
    exitCode: 1,
    remedy: expect.stringContaining('CHURN_HOME'),
  });
});
