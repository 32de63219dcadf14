import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { withoutValuesOf } from '../../features/contract/feature-frame.ts';
import { loadFeatureSet } from '../../features/marts/feature-set.ts';
import { readSnapshot } from '../../features/snapshot/read-snapshot.ts';
import { extractSnapshot } from '../../features/snapshot/snapshot.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { describeUndated } from '../../features/snapshot/undated-features.ts';
import { recordTrainingRun } from '../../serving/scores-mart/training-runs.ts';
import { startBackend } from '../../training/backends/backend.ts';
import { type TrainingResult, train } from '../../training/train.ts';
import type { TrainingRequest } from '../../training/training-request.ts';
import type { CommandContext } from '../context/command-context.ts';
import { openRegistry } from '../context/open-registry.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { defaultModelName } from '../options/scope-option.ts';
import { begunTraining, recordTraining } from './record-training.ts';

export interface WarehouseTraining {
  readonly scope: SnapshotScope;
  readonly name?: string | undefined;
  readonly family: TrainingRequest['family'];
  readonly sequence?: boolean;
  readonly monotone?: boolean;
  readonly seed: number;
  readonly testFrom?: AsOfDate | undefined;
  readonly testTenants?: readonly string[] | undefined;
  readonly budgetSeconds?: number | undefined;
  readonly embargoDays?: number | undefined;
  /** Somebody promotes it afterwards: it takes no place by itself. */
  readonly promoted?: boolean;
}

/** Mart → immutable snapshot → registered version. The warehouse is closed before training starts. */
export async function trainFromWarehouse(
  context: CommandContext,
  { scope, name = defaultModelName(scope), promoted = false, ...request }: WarehouseTraining,
): Promise<TrainingResult> {
  const { configuration, terminal, clock } = context;
  const registry = openRegistry(configuration, clock);
  // Under a name of its own it is an experiment, which never serves unasked.
  const standing = name === defaultModelName(scope) && !promoted ? 'candidate' : 'experiment';
  // Where nobody can say who serves, that is said before the work, not after it.
  if (standing === 'candidate') (await registry.champions()).recordOf(scope);
  const { featureSet, snapshot, begun } = await withWarehouse(configuration, 'train', async (warehouse) => {
    const featureSet = await loadFeatureSet(warehouse);
    const directory = configuration.snapshotsDirectory;
    const snapshot = await extractSnapshot({ warehouse, featureSet, directory, scope, clock });
    const { family, seed } = request;
    const begun = begunTraining({ scope, name, family, seed, featureSet, snapshot }, clock);
    await warehouse.write([recordTrainingRun(begun)]);
    return { featureSet, snapshot, begun };
  });
  terminal.log(`${name}: snapshot ${snapshot.id}, ${snapshot.rowCount} rows`);
  const undated = (snapshot.manifest.not_point_in_time ?? []).filter(({ is_left_out }) => is_left_out);
  if (undated.length > 0) terminal.log(`${name}: ${describeUndated(undated)}`);
  return recordTraining(context, begun, async () => {
    await startBackend(configuration.backend);
    const labelled = await readSnapshot(snapshot.directory, featureSet);
    // A feature without any value is dropped by every encoder, and so is read by no model.
    const leftOut = undated.map(({ feature }) => feature);
    return train({
      ...request,
      labelled: { ...labelled, frame: withoutValuesOf(labelled.frame, leftOut) },
      featureSet,
      scope,
      name,
      placement: { standing, by: configuration.user },
      registry,
      clock,
      snapshotHash: snapshot.manifest.content_hash,
      gitCommit: begun.gitCommit,
      onProgress: (message) => terminal.log(`${name}: ${message}`),
    });
  });
}
