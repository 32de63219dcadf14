import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AsOfDate } from '../contract/as-of-date.ts';
import { fromEpochDay } from '../contract/as-of-date.ts';
import { diskFailure } from '../contract/disk-failure.ts';
import { Failure, OperationFailed } from '../contract/failure.ts';
import type { FeatureSet } from '../contract/feature-set.ts';
import { featureSetHash } from '../contract/feature-set.ts';
import { HORIZON_DAYS, labelColumn } from '../contract/horizon.ts';
import { OPERATOR_TENANT } from '../contract/tenant-id.ts';
import { fileSha256 } from '../files/content-hash.ts';
import { openTableFile } from '../files/table-file.ts';
import { frameColumns } from '../frame/collect-frame.ts';
import type { KeyFilter, Relation, Warehouse } from '../warehouse/warehouse.ts';
import type { SnapshotManifest, SnapshotScope } from './snapshot-manifest.ts';
import {
  FEATURE_SET_FILE,
  MANIFEST_FILE,
  readSnapshotManifest,
  snapshotContentHash,
} from './snapshot-manifest.ts';
import { type RowsByDay, readUndatedFeatures } from './undated-features.ts';

const ACCOUNT_FEATURES: Relation = { schema: 'analytics', name: 'account_features' };
const ACCOUNT_CHURN_LABELS: Relation = { schema: 'analytics', name: 'account_churn_labels' };
const TENANT_AS_OF_DATES: Relation = { schema: 'analytics', name: 'tenant_as_of_dates' };
const KEY_COLUMNS = ['tenant_id', 'account_id', 'as_of_date'];

export interface ExtractOptions {
  readonly warehouse: Warehouse;
  readonly featureSet: FeatureSet;
  /** Where snapshots live, each in a directory named by its id. */
  readonly directory: string;
  readonly scope: SnapshotScope;
  readonly clock: () => Date;
}

export interface Snapshot {
  readonly id: string;
  readonly directory: string;
  readonly rowCount: number;
  /** False when a snapshot with the same content already existed. */
  readonly isNew: boolean;
  readonly manifest: SnapshotManifest;
}

/**
 * Extracts features and labels of a scope, at the regular as-of dates, into immutable Parquet files with a manifest.
 * It is written under another name, read back, then renamed: a snapshot is whole or not there. The same content has
 * the same id and is not written twice.
 */
export async function extractSnapshot(options: ExtractOptions): Promise<Snapshot> {
  const { directory } = options;
  const side = join(directory, `.partial-${randomUUID()}`);
  try {
    mkdirSync(side, { recursive: true });
  } catch (error) {
    throw unwritable(directory, error);
  }
  try {
    const manifest = await writeSnapshot(options, side);
    const final = join(directory, manifest.id);
    const snapshot = { id: manifest.id, directory: final, rowCount: manifest.features.row_count };
    if (existsSync(final)) return { ...snapshot, isNew: false, manifest: readSnapshotManifest(final) };
    renameSync(side, final);
    return { ...snapshot, isNew: true, manifest };
  } catch (error) {
    throw error instanceof Failure ? error : (diskFailure(error, directory) ?? unwritable(directory, error));
  } finally {
    rmSync(side, { recursive: true, force: true });
  }
}

function unwritable(directory: string, cause: unknown): OperationFailed {
  return new OperationFailed({
    where: directory,
    what: `the snapshot could not be written (${cause instanceof Error ? cause.message : String(cause)})`,
    remedy: 'make the folder writable, or set CHURN_HOME to one that is',
    cause,
  });
}

async function writeSnapshot(options: ExtractOptions, side: string): Promise<SnapshotManifest> {
  const { warehouse, featureSet, scope, clock } = options;
  const where = [...scopeFilter(scope), await onTheGrid(warehouse)];
  const extract = async (relation: Relation, columns: readonly string[], file: string) => {
    const path = join(side, file);
    const { rowCount } = await warehouse.exportParquet(
      { relation, columns, where, orderBy: KEY_COLUMNS },
      path,
    );
    return { file, row_count: rowCount, sha256: await fileSha256(path) };
  };
  const features = await extract(ACCOUNT_FEATURES, frameColumns(featureSet), 'features.parquet');
  if (features.row_count === 0)
    throw new OperationFailed({
      where: 'analytics.account_features',
      what: `there are no accounts of ${describeScope(scope)}`,
      remedy: 'import accounts and events, then run `churn features build`',
    });
  const labelColumns = [...KEY_COLUMNS, ...HORIZON_DAYS.map(labelColumn)];
  const labels = await extract(ACCOUNT_CHURN_LABELS, labelColumns, 'labels.parquet');
  const { rowCount, first, last, rows } = await readBack(join(side, features.file));
  if (rowCount !== features.row_count)
    throw new OperationFailed({
      where: join(side, features.file),
      what: `${rowCount} of ${features.row_count} written rows can be read back`,
      remedy: 'check the disk and run it again',
    });
  const undated = await readUndatedFeatures(warehouse, featureSet, scopeFilter(scope), rows);
  const parts = {
    scope,
    feature_set: { name: featureSet.name, version: featureSet.version, hash: featureSetHash(featureSet) },
    features,
    labels,
    ...(undated.length > 0 ? { not_point_in_time: [...undated] } : {}),
  };
  const contentHash = snapshotContentHash(parts);
  const manifest: SnapshotManifest = {
    id: `${scope.kind}-${last}-${contentHash.slice(0, 12)}`,
    ...parts,
    first_as_of_date: first,
    last_as_of_date: last,
    content_hash: contentHash,
    created_at: clock().toISOString(),
  };
  writeFileSync(join(side, FEATURE_SET_FILE), `${JSON.stringify(featureSet, null, 2)}\n`);
  writeFileSync(join(side, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

interface WrittenRows {
  readonly rowCount: number;
  readonly first: AsOfDate;
  readonly last: AsOfDate;
  readonly rows: RowsByDay;
}

async function readBack(file: string): Promise<WrittenRows> {
  const source = await openTableFile(file);
  try {
    let rowCount = 0;
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    const rows = new Map<string, Map<number, number>>();
    for await (const batch of source.read(['tenant_id', 'as_of_date'])) {
      rowCount += batch.rowCount;
      const tenantIds = batch.columns.get('tenant_id')!.values as readonly string[];
      const days = batch.columns.get('as_of_date')!.values as Float64Array;
      for (const [row, day] of days.entries()) {
        if (day < first) first = day;
        if (day > last) last = day;
        const ofTenant = rows.get(tenantIds[row]!) ?? new Map<number, number>();
        rows.set(tenantIds[row]!, ofTenant.set(day, (ofTenant.get(day) ?? 0) + 1));
      }
    }
    return { rowCount, first: fromEpochDay(first), last: fromEpochDay(last), rows };
  } finally {
    await source.close();
  }
}

/** The regular as-of dates. Nights that were scored are kept too, and would count for more than they are worth. */
async function onTheGrid(warehouse: Warehouse): Promise<KeyFilter> {
  const dates: AsOfDate[] = [];
  for await (const { columns } of warehouse.read({
    relation: TENANT_AS_OF_DATES,
    columns: ['as_of_date'],
    where: [{ column: 'is_grid_date', is: '=', value: true }],
    distinct: true,
  }))
    for (const day of columns.get('as_of_date')!.values as Float64Array) dates.push(fromEpochDay(day));
  if (dates.length === 0)
    throw new OperationFailed({
      where: 'analytics.tenant_as_of_dates',
      what: 'no as-of date lies on the regular grid yet, from which models learn',
      remedy: 'import more weeks of events, then run `churn features build`',
    });
  return { column: 'as_of_date', is: 'in', value: dates.sort() };
}

function scopeFilter(scope: SnapshotScope): readonly KeyFilter[] {
  switch (scope.kind) {
    case 'operator':
      return [{ column: 'tenant_id', is: '=', value: OPERATOR_TENANT }];
    case 'tenants':
      return [{ column: 'tenant_id', is: '!=', value: OPERATOR_TENANT }];
    case 'tenant':
      return [{ column: 'tenant_id', is: '=', value: scope.tenantId }];
  }
}

function describeScope(scope: SnapshotScope): string {
  if (scope.kind === 'tenant') return `tenant ${scope.tenantId}`;
  return scope.kind === 'operator' ? 'the operator' : 'any tenant';
}
