import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_FILE, readSnapshotManifest } from './snapshot-manifest.ts';

/** What extractions that were killed left. Nobody else may be extracting: who holds the embedded warehouse knows. */
export function partialSnapshots(directory: string): readonly string[] {
  return namesIn(directory)
    .filter((name) => name.startsWith('.partial-'))
    .map((name) => join(directory, name));
}

/**
 * Snapshots made before a moment that nothing was trained on. One whose manifest cannot be read is none of them.
 *
 * @param inUse Content hashes of those that registered versions name
 */
export function unusedSnapshots(
  directory: string,
  before: Date,
  inUse: ReadonlySet<string>,
): readonly string[] {
  return namesIn(directory)
    .map((name) => join(directory, name))
    .filter((folder) => existsSync(join(folder, MANIFEST_FILE)))
    .filter((folder) => {
      try {
        const { created_at, content_hash } = readSnapshotManifest(folder);
        return new Date(created_at) < before && !inUse.has(content_hash);
      } catch {
        return false;
      }
    });
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}
