import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { BadInput } from '../../../features/contract/failure.ts';
import { fileSha256 } from '../../../features/files/content-hash.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';
import { syncDirectory, writeSynced } from '../../../models/registry/atomic-write.ts';
import { PROGRAM_VERSION } from '../../../serving/service/program-version.ts';
import type { Configuration } from '../../configuration/configuration.ts';
import { type BackupManifest, MANIFEST_FILE, verifyFiles } from './backup-manifest.ts';

/** What is on its way, or left by one that was killed: no part of a home. */
const UNFINISHED = /^\.(partial|incoming|removed)-|\.(part|partial)$/;

export interface Backup {
  readonly folder: string;
  readonly manifest: BackupManifest;
  readonly bytes: number;
}

/**
 * Copies the warehouse, models, snapshots and published nights into a new folder: written aside, read back, renamed. The
 * caller holds the warehouse, so nothing of a night is half in it. What lands and the secret for tokens are no part of it.
 *
 * @throws BadInput for a folder that is there already
 */
export async function backUp(
  configuration: Configuration,
  warehouse: EmbeddedWarehouse,
  to: string,
  clock: () => Date,
): Promise<Backup> {
  const folder = resolve(to);
  if (existsSync(folder))
    throw new BadInput({
      where: folder,
      what: 'it is there already',
      remedy: 'give a folder that is not there yet, for example one named for the day',
    });
  const side = join(dirname(folder), `.partial-${basename(folder)}-${randomUUID()}`);
  try {
    mkdirSync(side, { recursive: true });
    const tables = await warehouse.copyTo(join(side, basename(configuration.warehouseFile)));
    for (const directory of backedUpDirectories(configuration))
      if (existsSync(directory))
        cpSync(directory, join(side, basename(directory)), {
          recursive: true,
          preserveTimestamps: true,
          filter: (source) => !UNFINISHED.test(basename(source)),
        });
    const manifest: BackupManifest = {
      format: 1,
      made_at: clock().toISOString(),
      program_version: PROGRAM_VERSION,
      engine_version: warehouse.engineVersion,
      tables,
      files: await hashesOf(side),
    };
    await verifyFiles(side, manifest);
    await writeSynced(join(side, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
    await syncDirectory(side);
    renameSync(side, folder);
    await syncDirectory(dirname(folder));
    const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
    return { folder, manifest, bytes };
  } finally {
    rmSync(side, { recursive: true, force: true });
  }
}

/** The directories of a home that a back-up holds, beside the warehouse. */
export function backedUpDirectories(configuration: Configuration): readonly string[] {
  return [configuration.modelsDirectory, configuration.snapshotsDirectory, configuration.publishedDirectory];
}

async function hashesOf(folder: string): Promise<BackupManifest['files']> {
  const files: BackupManifest['files'] = {};
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    const file = join(folder, name);
    if (!statSync(file).isFile()) continue;
    const path = relative(folder, file).split(sep).join('/');
    files[path] = { bytes: statSync(file).size, sha256: await fileSha256(file) };
  }
  return files;
}
