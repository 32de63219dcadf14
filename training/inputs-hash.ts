import { createHash } from 'node:crypto';
import { featureSetHash } from '../features/contract/feature-set.ts';
import type { TrainingRequest } from './train.ts';

/** Raise it when the same inputs train to another model: versions made by an older recipe are then made anew. */
const RECIPE = 2;

/** Identity of a training run: equal hash, equal model. Holds nothing that depends on when or where it ran. */
export function inputsHash(request: TrainingRequest): string {
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
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
