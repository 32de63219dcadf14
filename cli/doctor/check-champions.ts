import { Failure } from '../../features/contract/failure.ts';
import type { ModelRegistry, VersionSummary } from '../../models/registry/model-registry.ts';
import type { Finding } from './finding.ts';

/** Loads every champion, which verifies its files. */
export async function checkChampions(registry: ModelRegistry): Promise<Finding> {
  let champions: readonly VersionSummary[] = [];
  const found = (state: Finding['state'], says: string): Finding => ({
    check: 'champions',
    state,
    says,
    details: {
      champions: champions.map(({ name, version, scope, card }) => ({
        name,
        version,
        scope,
        trained_at: card.trained_at,
        backend: card.backend,
      })),
    },
  });
  try {
    champions = (await registry.list()).filter(({ aliases }) => aliases.includes('champion'));
    for (const { name, version } of champions) await registry.load(name, version);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return found('broken', error.message);
  }
  if (champions.length === 0) return found('attention', 'none yet; churn train makes one');
  return found('good', champions.map(({ name, version }) => `${name}@${version}`).join(', '));
}
