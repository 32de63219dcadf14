import { Failure } from '../../features/contract/failure.ts';

import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { type VerifiedChampion, verifyChampions } from '../../models/registry/verify-champions.ts';
import type { Finding } from './finding.ts';

/** Loads the champion of every scope, which verifies its files. */
export async function checkChampions(registry: Pick<ModelRegistry, 'champions' | 'load'>): Promise<Finding> {
  let verified: readonly VerifiedChampion[] = [];
  const found = (state: Finding['state'], says: string): Finding => ({
    check: 'champions',
    state,
    says,
    details: {
      champions: verified.map(({ scope, loaded, problem }) => ({
        scope,
        name: loaded?.name ?? null,
        version: loaded?.version ?? null,
        trained_at: loaded?.card.trained_at ?? null,
        backend: loaded?.card.backend ?? null,
        problem,
      })),
    },
  });
  try {
    verified = await verifyChampions(registry);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return found('broken', error.message);
  }
  const problems = verified.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) return found('broken', problems.join('; '));
  if (verified.length === 0) return found('attention', 'none yet; churn train makes one');
  const assumptions = verified.flatMap(({ assumption }) => assumption ?? []);
  const serving = verified.map(({ scope, loaded }) => `${loaded!.name}@${loaded!.version} for ${scope}`);
  return assumptions.length > 0
    ? found('attention', assumptions.join('; '))
    : found('good', serving.join(', '));
}
