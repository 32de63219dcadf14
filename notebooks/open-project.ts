import { join } from 'node:path';
import process from 'node:process';
import { type Configuration, readConfiguration } from '../cli/configuration/configuration.ts';
import { withWarehouse } from '../cli/context/open-warehouse.ts';
import type { FeatureSet } from '../features/contract/feature-set.ts';
import { loadFeatureSet } from '../features/marts/feature-set.ts';
import { readSnapshot, type SnapshotFrame } from '../features/snapshot/read-snapshot.ts';
import { readSnapshotFeatureSet } from '../features/snapshot/read-snapshot-feature-set.ts';
import { extractSnapshot } from '../features/snapshot/snapshot.ts';
import type { SnapshotScope } from '../features/snapshot/snapshot-manifest.ts';

/**
 * The configuration of the checkout that contains the notebook. Jupyter starts a kernel in the notebook's folder, but
 * relative paths such as CHURN_HOME start at the project's root, as they do for the `churn` command.
 */
export function openProject(): Configuration {
  const notebookFolder = process.cwd();
  process.chdir(join(import.meta.dirname, '..'));
  try {
    return readConfiguration();
  } finally {
    // The kernel resolves the imports of later cells from here.
    process.chdir(notebookFolder);
  }
}

/** The marts as they are now. Writes an immutable snapshot unless it exists, and reads it back. */
export async function takeSnapshot(
  configuration: Configuration,
  scope: SnapshotScope,
): Promise<SnapshotFrame & { readonly featureSet: FeatureSet }> {
  const { directory } = await withWarehouse(configuration, 'notebook', async (warehouse) =>
    extractSnapshot({
      warehouse,
      featureSet: await loadFeatureSet(warehouse),
      directory: configuration.snapshotsDirectory,
      scope,
      clock: () => new Date(),
    }),
  );
  const featureSet = readSnapshotFeatureSet(directory);
  return { ...(await readSnapshot(directory, featureSet)), featureSet };
}
