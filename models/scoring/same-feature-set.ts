import { BadInput } from '../../features/contract/failure.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import type { ScoringModel } from './scoring-model.ts';

/** @throws BadInput when a model was trained on another feature set than the rows at hand have */
export function assertSameFeatureSet(model: ScoringModel, featureSet: FeatureSet): void {
  if (model.featureSetHash === featureSetHash(featureSet)) return;
  const theirs = new Set(featureSet.features.map(({ name }) => name));
  const lost = model.featureSet.features.filter(({ name }) => !theirs.has(name)).map(({ name }) => name);
  const detail =
    lost.length === 0 ? '' : `, which lacks ${lost.slice(0, 3).join(', ')}${lost.length > 3 ? ' …' : ''}`;
  throw new BadInput({
    where: `model ${model.name}@${model.version}`,
    what: `was trained on feature set ${model.featureSet.name} v${model.featureSet.version}, not on the current ${featureSet.name} v${featureSet.version}${detail}`,
    remedy: 'train again with churn train',
  });
}
