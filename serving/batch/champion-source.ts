import { BadInput } from '../../features/contract/failure.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import { HORIZON_DAYS, labelColumn } from '../../features/contract/horizon.ts';
import { OPERATOR_TENANT, type TenantId } from '../../features/contract/tenant-id.ts';
import { type ServedScope, scopesServing } from '../../models/registry/served-scope.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { NothingToScore } from './nothing-to-score.ts';

/** What the night needs of a model registry. */
export interface ChampionSource {
  /**
   * The version that serves exactly this scope; null where nothing was promoted for it.
   * @throws OperationFailed where one was, and is damaged or gone
   */
  championFor(scope: ServedScope): Promise<ScoringModel | null>;
}

/**
 * Picks models for the tenants of one night: the champion of the narrowest scope that has one. The shared scopes
 * are asked for once, so a promotion in the middle of a night does not split it.
 *
 * @throws NothingToScore where there is no champion, OperationFailed where the narrowest one cannot serve, BadInput where
 * it knows other features than the mart has
 */
export function championPicker(
  registry: ChampionSource,
  featureSet: FeatureSet,
): (tenantId: TenantId) => Promise<ScoringModel> {
  const martHash = featureSetHash(featureSet);
  const shared = new Map<ServedScope['kind'], Promise<ScoringModel | null>>();
  const championOf = (scope: ServedScope) => {
    if (scope.kind === 'tenant') return registry.championFor(scope);
    const asked = shared.get(scope.kind) ?? registry.championFor(scope);
    shared.set(scope.kind, asked);
    return asked;
  };
  return async (tenantId) => {
    let model: ScoringModel | null = null;
    for (const scope of scopesServing(tenantId)) model ??= await championOf(scope);
    if (model === null)
      throw new NothingToScore({
        where: `tenant ${tenantId}`,
        what: `no model is champion for ${tenantId === OPERATOR_TENANT ? "the operator's accounts" : 'it or for all tenants'}`,
        remedy: 'train one with `churn train`, or name one with `churn models promote`',
      });
    refuseForeignModel(model, featureSet, martHash);
    return model;
  };
}

function refuseForeignModel(model: ScoringModel, featureSet: FeatureSet, martHash: string): void {
  const where = `model ${model.name} ${model.version}`;
  if (model.featureSetHash !== martHash)
    throw new BadInput({
      where,
      what:
        `it was trained on feature set ${model.featureSet.name} v${model.featureSet.version} (${model.featureSetHash}), ` +
        `the mart has ${featureSet.name} v${featureSet.version} (${martHash})`,
      remedy: 'train on the present features with `churn train`',
    });
  const wanted = HORIZON_DAYS.map(labelColumn);
  if (model.targets.join() !== wanted.join())
    throw new BadInput({
      where,
      what: `it predicts ${model.targets.join(', ')} where the scores mart holds ${wanted.join(', ')}`,
      remedy: 'train one for the nightly batch with `churn train`',
    });
}
