import { type FeatureSet, featureSetHash } from '../features/contract/feature-set.ts';
import type { ModelArtefact } from '../models/artefact/artefact.ts';
import type { Encoder } from '../models/encoding/encoder.ts';
import type { RiskThresholds } from '../models/scoring/probability/risk-bands.ts';
import type { ModelScope } from '../models/scoring/scoring-model.ts';
import type { Blend } from './recipe/recipe.ts';

/** What an artefact says of itself besides what was fitted. */
export interface ArtefactDescription {
  readonly scope: ModelScope;
  readonly targets: readonly string[];
  readonly featureSet: FeatureSet;
  readonly inputsHash: string;
  readonly riskThresholds: RiskThresholds;
}

/** A fitted blend as data. Encoders that say the same are kept, and at scoring run, once. */
export function modelArtefact({ members, calibration }: Blend, about: ArtefactDescription): ModelArtefact {
  const encoders = new Map<string, Encoder>();
  const positions = members.map(({ encoder }) => {
    const key = JSON.stringify(encoder);
    encoders.set(key, encoder);
    return [...encoders.keys()].indexOf(key);
  });
  return {
    description: {
      ...about,
      format: 2,
      targets: [...about.targets],
      featureSetHash: featureSetHash(about.featureSet),
      members: members.map(({ family, share, weights }, index) => ({
        family,
        encoder: positions[index]!,
        share,
        tensors: [...weights].map(([tensor, { shape }]) => ({ name: tensor, shape: [...shape] })),
      })),
    },
    encoders: [...encoders.values()],
    weights: members.map(({ weights }) => weights),
    calibration,
  };
}
