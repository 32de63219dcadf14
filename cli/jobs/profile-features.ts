import { readAnyTable } from '../../features/files/read-any-table.ts';
import { type FeatureProfile, profileFrame } from '../../features/frame/profile-frame.ts';
import { loadFeatureSet } from '../../features/marts/feature-set.ts';
import { readSnapshot } from '../../features/snapshot/read-snapshot.ts';
import { readSnapshotFeatureSet } from '../../features/snapshot/read-snapshot-feature-set.ts';
import { extractSnapshot } from '../../features/snapshot/snapshot.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import type { CommandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';

export interface LabelProfile {
  readonly label: string;
  /** Rows whose window had closed. */
  readonly known: number;
  readonly churned: number;
}

/** A snapshot or a table, feature by feature. */
export interface Profile {
  /** Snapshot id or file. */
  readonly source: string;
  readonly rows: number;
  /** Of a snapshot. */
  readonly accounts?: number;
  readonly tenants?: number;
  readonly first_as_of_date?: string;
  readonly last_as_of_date?: string;
  readonly labels: readonly LabelProfile[];
  readonly features: readonly FeatureProfile[];
}

export interface ProfileOptions {
  readonly scope: SnapshotScope;
  /** The directory of a snapshot; without it one of the scope is extracted. */
  readonly snapshot?: string | undefined;
  readonly table?: string | undefined;
}

export async function profileFeatures(context: CommandContext, options: ProfileOptions): Promise<Profile> {
  if (options.table === undefined) return profileSnapshot(context, options);
  const { frame, featureSet, notes } = await readAnyTable(options.table);
  for (const note of notes) context.terminal.log(`${options.table}: ${note}`);
  return {
    source: options.table,
    rows: frame.rowCount,
    labels: [],
    features: profileFrame(frame, featureSet),
  };
}

async function profileSnapshot(
  { configuration, clock }: CommandContext,
  { scope, snapshot }: ProfileOptions,
): Promise<Profile> {
  const directory =
    snapshot ??
    (
      await withWarehouse(configuration, 'features profile', async (warehouse) =>
        extractSnapshot({
          warehouse,
          featureSet: await loadFeatureSet(warehouse),
          directory: configuration.snapshotsDirectory,
          scope,
          clock,
        }),
      )
    ).directory;
  const featureSet = readSnapshotFeatureSet(directory);
  const { frame, manifest, targets, labels, groups, keys } = await readSnapshot(directory, featureSet);
  return {
    source: manifest.id,
    rows: frame.rowCount,
    accounts: new Set(groups).size,
    tenants: keys.tenantIds.levels.length,
    first_as_of_date: manifest.first_as_of_date,
    last_as_of_date: manifest.last_as_of_date,
    labels: targets.map((label, index) => {
      const known = labels[index]!.filter((value) => !Number.isNaN(value));
      return { label, known: known.length, churned: known.reduce((sum, value) => sum + value, 0) };
    }),
    features: profileFrame(frame, featureSet),
  };
}
