import { existsSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partialSnapshots } from '../../../features/snapshot/unused-snapshots.ts';
import { leftTemporaryFolders } from '../../../features/temporary/temporary-folder.ts';
import { unusedPublishedFiles } from '../../../serving/published/sweep-published-nights.ts';
import type { Configuration } from '../../configuration/configuration.ts';

export interface LeftFiles {
  readonly paths: readonly string[];
  /** Files of published nights that no kept night refers to. */
  readonly published: readonly string[];
}

/**
 * What killed processes left. Temporary folders name their process and are left by one that is gone; what has no name
 * is left by somebody where the caller holds the embedded warehouse, which all who write it hold.
 */
export function leftFiles(configuration: Configuration, now: Date, holdsEmbedded: boolean): LeftFiles {
  const { spillFolder, snapshotsDirectory, publishedDirectory, retention } = configuration;
  const parents = [...new Set([tmpdir(), spillFolder])];
  const temporary = parents.flatMap((parent) => leftTemporaryFolders(parent, now));
  if (!holdsEmbedded) return { paths: temporary, published: [] };
  return {
    paths: [...temporary, ...partialSnapshots(snapshotsDirectory), ...spilledBefore(configuration)],
    published: unusedPublishedFiles(publishedDirectory, retention.nights),
  };
}

/** The engine spills beside its file, and clears that away unless it is killed. What is older than this process is not its own. */
function spilledBefore({ warehouseFile }: Configuration): string[] {
  const folder = `${warehouseFile}.tmp`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < performance.timeOrigin);
}
