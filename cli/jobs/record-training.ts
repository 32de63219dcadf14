import { randomUUID } from 'node:crypto';
import { Failure, reasonOf } from '../../features/contract/failure.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { featureSetHash } from '../../features/contract/feature-set.ts';
import { OPERATOR_TENANT } from '../../features/contract/tenant-id.ts';
import type { Snapshot } from '../../features/snapshot/snapshot.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { processMark } from '../../features/temporary/process-mark.ts';
import { scopeText } from '../../models/registry/served-scope.ts';
import { EVERY_TENANT } from '../../serving/scores-mart/build-runs.ts';
import { recordTrainingRun, type TrainingRun } from '../../serving/scores-mart/training-runs.ts';
import { PROGRAM_VERSION } from '../../serving/service/program-version.ts';
import type { TrainingResult } from '../../training/train.ts';
import type { CommandContext } from '../context/command-context.ts';
import { gitCommit } from '../context/git-commit.ts';
import { withWarehouse } from '../context/open-warehouse.ts';

/** A night may hold the warehouse when a training ends; its record is worth waiting for it. */
const WAIT = { milliseconds: 15 * 60_000 };

export interface TrainingSubject {
  readonly scope: SnapshotScope;
  readonly name: string;
  readonly family: string;
  readonly seed: number;
  readonly featureSet: FeatureSet;
  readonly snapshot: Snapshot;
}

/** A training that begins now, to be written while the snapshot's warehouse is still held. */
export function begunTraining(
  { scope, name, family, seed, featureSet, snapshot }: TrainingSubject,
  clock: () => Date,
): TrainingRun {
  return {
    runId: randomUUID(),
    tenantId: tenantOf(scope),
    scope: scopeText(scope),
    modelName: name,
    modelVersion: null,
    family,
    seed,
    snapshotId: snapshot.id,
    snapshotHash: snapshot.manifest.content_hash,
    featureSetHash: featureSetHash(featureSet),
    status: 'running',
    counts: null,
    programVersion: PROGRAM_VERSION,
    gitCommit: gitCommit(),
    process: processMark(),
    error: null,
    startedAt: clock(),
    finishedAt: null,
  };
}

/**
 * Trains, and records in `scores.training_runs` how it ended.
 *
 * @throws what the training throws, once that is recorded. A record that cannot be written is said, and fails nothing
 */
export async function recordTraining(
  context: CommandContext,
  begun: TrainingRun,
  training: () => Promise<TrainingResult>,
): Promise<TrainingResult> {
  try {
    const result = await training();
    const { rows, accounts, tenants } = result.card.data;
    const counts = { rows, accounts, tenants };
    await end(context, { ...begun, status: 'succeeded', modelVersion: result.version, counts });
    return result;
  } catch (error) {
    const status = error instanceof Failure && error.exitCode !== 1 ? 'refused' : 'failed';
    await end(context, { ...begun, status, error: reasonOf(error) });
    throw error;
  }
}

async function end(context: CommandContext, run: TrainingRun): Promise<void> {
  const { configuration, clock, terminal } = context;
  try {
    const ended = recordTrainingRun({ ...run, finishedAt: clock() });
    await withWarehouse(configuration, 'train', (warehouse) => warehouse.write([ended]), WAIT);
  } catch (error) {
    terminal.log(`${run.modelName}: the training is not recorded as ${run.status} (${reasonOf(error)})`);
  }
}

function tenantOf(scope: SnapshotScope): string {
  if (scope.kind === 'tenant') return scope.tenantId;
  return scope.kind === 'operator' ? OPERATOR_TENANT : EVERY_TENANT;
}
