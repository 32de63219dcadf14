import { join } from 'node:path';
import { BadInput } from '../contract/failure.ts';
import type { AccountKeys, LabelledFrame } from '../contract/feature-frame.ts';
import type { FeatureSet } from '../contract/feature-set.ts';
import { featureSetHash } from '../contract/feature-set.ts';
import { HORIZON_DAYS, labelColumn } from '../contract/horizon.ts';
import { fileSha256 } from '../files/content-hash.ts';
import { openTableFile } from '../files/table-file.ts';
import { collectFrame, frameColumns } from '../frame/collect-frame.ts';
import type { SnapshotManifest } from './snapshot-manifest.ts';
import { readSnapshotManifest } from './snapshot-manifest.ts';

export interface SnapshotFrame extends LabelledFrame {
  readonly keys: AccountKeys;
  readonly manifest: SnapshotManifest;
}

/**
 * Reads a snapshot's features with their labels. A row without a label row, and a label whose window is still
 * open, is NaN. Groups are accounts.
 *
 * @param directory the snapshot's own directory, as extractSnapshot returns it
 * @throws BadInput when the files are not those that were written, or were made for another feature set
 */
export async function readSnapshot(directory: string, featureSet: FeatureSet): Promise<SnapshotFrame> {
  const manifest = readSnapshotManifest(directory);
  if (manifest.erased !== undefined)
    throw new BadInput({
      where: directory,
      what: `the snapshot held an account that was erased on ${manifest.erased.erased_at.slice(0, 10)}, and its files were deleted`,
      remedy: 'extract a new one with `churn features extract`',
    });
  checkFeatureSet(directory, manifest, featureSet);
  await checkFile(directory, manifest.features);
  await checkFile(directory, manifest.labels);

  const features = await openTableFile(join(directory, manifest.features.file));
  try {
    const { frame, keys } = await collectFrame(features.read(frameColumns(featureSet)), featureSet);
    if (frame.rowCount !== manifest.features.row_count) throw notWhole(directory, manifest.features.file);
    const rowOf = new Map<string, number>();
    for (let row = 0; row < frame.rowCount; row++)
      rowOf.set(
        rowKey(
          keys.tenantIds.levels[keys.tenantIds.codes[row]!]!,
          keys.accountIds[row]!,
          keys.asOfEpochDays[row]!,
        ),
        row,
      );
    const targets = HORIZON_DAYS.map(labelColumn);
    const labels = await readLabels(join(directory, manifest.labels.file), targets, rowOf);
    return {
      frame,
      keys,
      manifest,
      targets,
      labels,
      groups: accountIndex(keys),
      asOfEpochDays: keys.asOfEpochDays,
      tenantIds: keys.tenantIds,
    };
  } finally {
    await features.close();
  }
}

async function readLabels(
  file: string,
  targets: readonly string[],
  rowOf: ReadonlyMap<string, number>,
): Promise<readonly Float64Array[]> {
  const labels = targets.map(() => new Float64Array(rowOf.size).fill(Number.NaN));
  const source = await openTableFile(file);
  try {
    for await (const { rowCount, columns } of source.read([
      'tenant_id',
      'account_id',
      'as_of_date',
      ...targets,
    ])) {
      const tenantIds = columns.get('tenant_id')!.values as readonly string[];
      const accountIds = columns.get('account_id')!.values as readonly string[];
      const days = columns.get('as_of_date')!.values as Float64Array;
      const churned = targets.map((target) => columns.get(target)!.values as Float64Array);
      for (let at = 0; at < rowCount; at++) {
        const row = rowOf.get(rowKey(tenantIds[at]!, accountIds[at]!, days[at]!));
        if (row === undefined) continue;
        for (let target = 0; target < labels.length; target++) labels[target]![row] = churned[target]![at]!;
      }
    }
    return labels;
  } finally {
    await source.close();
  }
}

function rowKey(tenantId: string, accountId: string, epochDay: number): string {
  return `${epochDay}\n${tenantId}\n${accountId}`;
}

/** 0, 1, … by account in order of first appearance. */
function accountIndex({ tenantIds, accountIds }: AccountKeys): Int32Array {
  const indexOf = new Map<string, number>();
  const groups = new Int32Array(accountIds.length);
  for (let row = 0; row < groups.length; row++) {
    const account = `${tenantIds.codes[row]}\n${accountIds[row]}`;
    const known = indexOf.get(account);
    groups[row] = known ?? indexOf.size;
    if (known === undefined) indexOf.set(account, indexOf.size);
  }
  return groups;
}

function checkFeatureSet(
  directory: string,
  { feature_set: made }: SnapshotManifest,
  wanted: FeatureSet,
): void {
  if (made.hash === featureSetHash(wanted)) return;
  throw new BadInput({
    where: directory,
    what: `the snapshot was made for feature set ${made.name} version ${made.version} (${made.hash.slice(0, 12)}), not ${wanted.name} version ${wanted.version} (${featureSetHash(wanted).slice(0, 12)})`,
    remedy: 'extract a new one with `churn features extract`',
  });
}

async function checkFile(directory: string, { file, sha256 }: SnapshotManifest['features']): Promise<void> {
  let found: string;
  try {
    found = await fileSha256(join(directory, file));
  } catch (cause) {
    throw notWhole(directory, file, cause);
  }
  if (found !== sha256) throw notWhole(directory, file);
}

function notWhole(directory: string, file: string, cause?: unknown): BadInput {
  return new BadInput({
    where: join(directory, file),
    what: 'the file is not the one that was extracted (missing, cut short or changed)',
    remedy: 'remove the snapshot directory and run `churn features extract` again',
    cause,
  });
}
