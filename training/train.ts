import { featureSetHash } from '../features/contract/feature-set.ts';
import type { ModelArtefact } from '../models/artefact/artefact.ts';
import type { ModelCard } from '../models/artefact/model-card.ts';
import { reliabilityProblems } from '../models/artefact/reliability-problems.ts';
import type { Alias } from '../models/registry/model-registry.ts';
import { placeVersion } from '../models/registry/place-version.ts';
import { riskThresholds } from '../models/scoring/probability/risk-bands.ts';
import { startBackend } from './backends/backend.ts';
import { checkDirections } from './check-directions.ts';
import { checkLabels } from './check-labels.ts';
import { measureModel } from './evaluation/measure-model.ts';
import { report } from './evaluation/report.ts';
import { inputsHash } from './inputs-hash.ts';
import { modelArtefact } from './model-artefact.ts';
import { fitRecipe } from './recipe/fit-recipe.ts';
import type { Blend } from './recipe/recipe.ts';
import { chooseSplit } from './splits/choose-split.ts';
import { joinSlices, summariseSlice } from './splits/slice.ts';
import type { TrainingRequest } from './training-request.ts';

export interface TrainingResult {
  readonly name: string;
  readonly version: string;
  /** Trained before from the same inputs: the version is the old one, and nothing was written. */
  readonly existed: boolean;
  /** What the version became; null for one that is neither champion nor challenger. */
  readonly alias: Alias | null;
  readonly card: ModelCard;
}

/**
 * From labelled rows to a registered version: split, fit, stop, blend, calibrate, measure, register. The card's quality
 * figures are of the recipe on rows that its weights never saw.
 *
 * @throws BadInput when the labels cannot teach anything
 */
export async function train(request: TrainingRequest): Promise<TrainingResult> {
  const { labelled, featureSet, scope, name, seed, registry, clock } = request;
  const place = (version: string, isNew: boolean) =>
    request.placement === undefined
      ? null
      : placeVersion(registry, { name, version }, request.placement, isNew);
  const progress = request.onProgress ?? (() => {});
  const startedAt = clock();
  const backend = await startBackend();
  const identity = inputsHash(request, backend.name);
  const known = await registry.findByInputs(name, identity);
  if (known !== undefined) {
    progress(`${name} ${known} was trained from these inputs before`);
    const { card } = await registry.load(name, known);
    return { name, version: known, existed: true, alias: await place(known, false), card };
  }

  const notes = [...checkDirections(request), ...checkLabels(labelled)];
  const slices = chooseSplit(labelled, request);
  const rounds = slices.kind === 'by_time' ? [slices.round] : slices.rounds;
  const judged = joinSlices(rounds.map(({ test }) => test));
  progress(
    `${rounds[0]!.training.rows.length} rows to train, ${judged.rows.length} to test: ${slices.method}`,
  );
  const recipeRequest = { ...request, startedAt };
  const recipe = await fitRecipe(recipeRequest, slices);

  const baseRate = longestKnownRate(slices.production.labels);
  const artefactOf = (blend: Blend): ModelArtefact =>
    modelArtefact(blend, {
      scope,
      targets: labelled.targets,
      featureSet,
      inputsHash: identity,
      riskThresholds: riskThresholds(baseRate),
    });
  progress('measuring on the test rows');
  const { figures, heldOut } = measureModel(recipeRequest, recipe.judgements, artefactOf);
  const artefact = artefactOf(recipe.production);
  const card: ModelCard = {
    name,
    scope,
    targets: [...labelled.targets],
    trained_at: startedAt.toISOString(),
    duration_seconds: (clock().getTime() - startedAt.getTime()) / 1000,
    seed,
    data: {
      snapshot_hash: request.snapshotHash,
      rows: labelled.frame.rowCount,
      accounts: new Set(labelled.groups).size,
      tenants: labelled.tenantIds === null ? 0 : new Set(labelled.tenantIds.codes).size,
      base_rates: Object.fromEntries(
        labelled.targets.map((target, index) => [target, rate(labelled.labels[index]!)]),
      ),
    },
    feature_set: {
      name: featureSet.name,
      version: featureSet.version,
      hash: featureSetHash(featureSet),
      features: featureSet.features.length,
      dropped: artefact.encoders[0]!.dropped,
    },
    split: {
      method: slices.method,
      training: summariseSlice(labelled, rounds[0]!.training),
      validation: summariseSlice(labelled, rounds[0]!.validation),
      test: summariseSlice(labelled, judged),
    },
    production: { refitted: recipe.refitted, fit: summariseSlice(labelled, slices.production) },
    members: recipe.candidates.map(({ family, share, fits, epochs, validationLoss }) => ({
      family,
      share,
      fits,
      epochs,
      validation_log_loss: validationLoss,
    })),
    risk_thresholds: artefact.description.riskThresholds,
    ...figures,
    backend: backend.name,
    packages: { node: process.versions.node, '@tensorflow/tfjs-core': backend.tf.version_core },
    git_commit: request.gitCommit ?? null,
    notes: [...notes, ...slices.notes, ...recipe.notes],
  };
  const { version, existed } = await registry.register(name, {
    artefact,
    card,
    report: report(card),
    heldOut,
  });
  const alias = await place(version, !existed);
  for (const problem of reliabilityProblems(card)) progress(`not to be believed: ${problem}`);
  progress(`${name} ${version} registered${alias === null ? '' : ` as ${alias}`}`);
  return { name, version, existed, alias, card };
}

/** The rate of the longest target that has any known label: what risk bands are multiples of. */
function longestKnownRate(labels: readonly Float64Array[]): number {
  const rates = labels.map(rate).filter((value) => value !== null && value > 0 && value < 1);
  return rates.at(-1) ?? 0.5;
}

function rate(labels: Float64Array): number | null {
  let known = 0;
  let churned = 0;
  for (const label of labels) {
    if (Number.isNaN(label)) continue;
    known++;
    churned += label;
  }
  return known === 0 ? null : churned / known;
}
