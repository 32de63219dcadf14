import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { isSameScope } from '../../models/registry/model-scopes.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import type { ChampionSource } from '../../serving/batch/champion-source.ts';

/** Lets the nightly batch pick from a registry; each version is verified and loaded once. */
export function championSource(registry: ModelRegistry): ChampionSource {
  const loaded = new Map<string, Promise<ScoringModel>>();
  return {
    async championFor(scope) {
      const reference = await registry.championFor(scope);
      if (reference === undefined) return null;
      const { name, version } = reference;
      const key = `${name}@${version}`;
      const loading = loaded.get(key) ?? registry.load(name, version).then(({ model }) => model);
      loaded.set(key, loading);
      const model = await loading;
      return isSameScope(model.scope, scope) ? model : null;
    },
  };
}
