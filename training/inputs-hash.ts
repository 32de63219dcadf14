import { createHash } from 'node:crypto';
import { featureSetHash } from '../features/contract/feature-set.ts';
import type { BackendName } from './backends/tensorflow.ts';
import type { TrainingRequest } from './training-request.ts';

/** Raise it when the same inputs train to another model: versions made by an older recipe are then made anew. */
const RECIPE = 2;

/** Identity of a training run: equal hash, equal model. Holds nothing that depends on when or where it ran. */
export function inputsHash(request: TrainingRequest, backend: BackendName): string {
  const { featureSet, snapshotHash, scope, family, seed, embargoDays, testFrom, testTenants, budgetSeconds } =
    request;
  const canonical = JSON.stringify([
    RECIPE,
    snapshotHash,
    featureSetHash(featureSet),
    request.labelled.targets,
    scope,
    family,
    seed,
    embargoDays ?? null,
    testFrom ?? null,
    testTenants ?? null,
    budgetSeconds ?? null,
    backend,
    // Only where it is asked for, so that what was trained without it is still known.
    ...(request.sequence ? ['sequence'] : []),
    ...(request.monotone ? ['monotone'] : []),
  ]);
  const hash = createHash('sha256').update(canonical);
  // Which column was the account and which the day changes the split, though not the file.
  hash.update(bytesOf(request.labelled.groups));
  if (request.labelled.asOfEpochDays !== null) hash.update(bytesOf(request.labelled.asOfEpochDays));
  return hash.digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
