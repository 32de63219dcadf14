import { existsSync } from 'node:fs';
import { BadInput, GateRefused } from '../../features/contract/failure.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import { ACTIVITY_KINDS, featureSetOf, loadFeatureSet } from '../../features/marts/feature-set.ts';
import { defaultSettings } from '../../features/settings/default-settings.ts';
import { reliabilityProblems } from '../../models/artefact/reliability-problems.ts';
import { clearlyWorse } from '../../models/registry/clearly-worse.ts';
import type { Comparison } from '../../models/registry/comparison.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { ownScope, type ServedScope, scopeText } from '../../models/registry/served-scope.ts';
import type { VersionReference } from '../../models/registry/version-reference.ts';
import type { CommandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { parseModelReference } from '../options/model-reference.ts';
import { compareWithChampion, type RowsToCompare } from './compare-with-champion.ts';

export interface PromotionRequest extends VersionReference, RowsToCompare {
  /** Without it, the scope that the model was trained for. */
  readonly scope?: ServedScope | undefined;
  readonly by: string;
  readonly reason: string;
  /** Although a gate refuses. */
  readonly force: boolean;
  /** Told what a gate may refuse a moment later. */
  readonly onCompared?: (comparison: Comparison) => void;
}

export interface PromotedModel extends VersionReference {
  readonly alias: 'champion';
  readonly scope: string;
  /** Who served before; null for the first. */
  readonly previous: VersionReference | null;
  /** False where it served already. */
  readonly changed: boolean;
  /** A gate refused, and was overruled. */
  readonly forced: boolean;
  /** Both on the same rows; null where nobody served, or where they could not be compared. */
  readonly comparison: Comparison | null;
}

/**
 * Makes a version the champion of a scope, if it passes the gates: it reads the present features, its probabilities came
 * true on its test rows, and it is not clearly worse than who serves now.
 *
 * @throws GateRefused where a gate refuses; OperationFailed for a damaged version
 */
export async function promoteModel(
  context: CommandContext,
  registry: ModelRegistry,
  request: PromotionRequest,
): Promise<PromotedModel> {
  // Loading verifies: a damaged version must not come to serve.
  const candidate = await registry.load(request.name, request.version);
  const { name, version, card } = candidate;
  const scope = request.scope ?? ownScope(card.scope, name);
  const { terminal } = context;
  let forced = false;
  /** Says what a gate refuses, unless it is overruled. */
  const refuse = (refusal: GateRefused) => {
    if (!request.force) throw refusal;
    forced = true;
    terminal.log(`${refusal.where}: ${refusal.what}`);
  };
  const problems = reliabilityProblems(card);
  if (problems.length > 0)
    refuse(
      new GateRefused({
        where: `${name}@${version}`,
        what: `is not reliable on its test rows: ${problems.join('; ')}`,
        remedy: 'train on more recent rows, or promote it all the same with --force',
      }),
    );
  const features = scope.kind === 'table' ? null : await featuresOfMarts(context);
  if (features !== null && candidate.model.featureSetHash !== featureSetHash(features))
    refuse(
      new GateRefused({
        where: `${name}@${version}`,
        what: `was trained on other features than the marts hold (${features.name} v${features.version}), and every night would refuse it`,
        remedy: 'train on the present features with `churn train`',
      }),
    );
  let comparison: Comparison | null = null;
  try {
    comparison = await compareWithChampion(context, registry, candidate, scope, request);
  } catch (error) {
    if (!(error instanceof GateRefused)) throw error;
    refuse(error);
  }
  if (comparison !== null) request.onCompared?.(comparison);
  const worse = comparison === null ? null : clearlyWorse(comparison);
  if (comparison !== null && worse !== null)
    refuse(
      new GateRefused({
        where: comparison.candidate,
        what: `is clearly worse than the champion ${comparison.champion} on the same rows: ${worse}`,
        remedy: 'keep the champion, or promote it all the same with --force',
      }),
    );
  const { by, reason } = request;
  const change = await registry.promote(name, version, { scope, by, reason, forced, comparison });
  return {
    name,
    version,
    alias: 'champion',
    scope: scopeText(scope),
    previous: change?.previous ?? null,
    changed: change !== null,
    forced,
    comparison,
  };
}

/** Those that the marts hold; where no marts are yet, those that a build makes by default. */
async function featuresOfMarts({ configuration }: CommandContext): Promise<FeatureSet> {
  const { snowflake, warehouseFile } = configuration;
  if (snowflake === null && !existsSync(warehouseFile)) return featureSetOf(defaultSettings());
  return withWarehouse(configuration, 'models promote', async (warehouse) =>
    (await warehouse.describe(ACTIVITY_KINDS)).length === 0
      ? featureSetOf(defaultSettings())
      : loadFeatureSet(warehouse),
  );
}

/** What a reference to be promoted means: a name alone is its latest version, since the one that serves needs no promotion. */
export async function referenceToPromote(registry: ModelRegistry, text: string): Promise<VersionReference> {
  if (text.includes('@')) {
    const { name, version } = parseModelReference(text);
    const loaded = await registry.load(name, version);
    return { name, version: loaded.version };
  }
  const { name } = parseModelReference(text);
  const latest = (await registry.list()).findLast((one) => one.name === name);
  if (latest === undefined)
    throw new BadInput({
      where: `model ${name}`,
      what: 'does not exist',
      remedy: 'choose one of those that `churn models list` shows',
    });
  return { name, version: latest.version };
}
