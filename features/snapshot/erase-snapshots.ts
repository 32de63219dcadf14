import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTableFile } from '../files/table-file.ts';
import type { RowOwner } from '../warehouse/warehouse.ts';
import { MANIFEST_FILE, readSnapshotManifest, type SnapshotManifest } from './snapshot-manifest.ts';

/** Ids of the snapshots that hold rows of one of the owners, or that cannot be read to rule it out. */
export async function snapshotsHolding(
  directory: string,
  owners: readonly RowOwner[],
): Promise<readonly string[]> {
  if (!existsSync(directory)) return [];
  const ids: string[] = [];
  for (const id of readdirSync(directory).sort()) {
    const folder = join(directory, id);
    if (!existsSync(join(folder, MANIFEST_FILE))) continue;
    const manifest = readSnapshotManifest(folder);
    const files = filesOf(manifest).filter((file) => existsSync(join(folder, file)));
    if (files.length === 0) continue;
    // An earlier erasure that was stopped between the manifest and the files.
    if (manifest.erased !== undefined || (await isHeld(join(folder, manifest.features.file), owners)))
      ids.push(id);
  }
  return ids;
}

/**
 * Deletes the rows of the snapshots. Their manifests, and what their columns mean, stay and say so, since models name the snapshots they were trained
 * on. What a killed extraction left is removed too.
 */
export function eraseSnapshots(
  directory: string,
  ids: readonly string[],
  erased: NonNullable<SnapshotManifest['erased']>,
): void {
  if (!existsSync(directory)) return;
  for (const id of ids) {
    const folder = join(directory, id);
    const manifest = readSnapshotManifest(folder);
    const side = join(folder, `${MANIFEST_FILE}.partial`);
    writeFileSync(side, `${JSON.stringify({ ...manifest, erased: manifest.erased ?? erased }, null, 2)}\n`);
    renameSync(side, join(folder, MANIFEST_FILE));
    for (const file of filesOf(manifest)) rmSync(join(folder, file), { force: true });
  }
  for (const name of readdirSync(directory))
    if (name.startsWith('.partial-')) rmSync(join(directory, name), { recursive: true, force: true });
}

function filesOf({ features, labels }: SnapshotManifest): readonly string[] {
  return [features.file, labels.file];
}

async function isHeld(file: string, owners: readonly RowOwner[]): Promise<boolean> {
  if (!existsSync(file)) return true;
  try {
    return await hasRowOf(file, owners);
  } catch {
    return true;
  }
}

async function hasRowOf(file: string, owners: readonly RowOwner[]): Promise<boolean> {
  const source = await openTableFile(file);
  try {
    for await (const { rowCount, columns } of source.read(['tenant_id', 'account_id'])) {
      const tenantIds = columns.get('tenant_id')!.values;
      const accountIds = columns.get('account_id')!.values;
      for (let row = 0; row < rowCount; row++)
        for (const { tenantId, accountId } of owners)
          if (tenantIds[row] === tenantId && (accountId === null || accountIds[row] === accountId))
            return true;
    }
    return false;
  } finally {
    await source.close();
  }
}
