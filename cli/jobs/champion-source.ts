import type { Champions } from '../../models/registry/champions.ts';
import { championServing, loadChampion } from '../../models/registry/load-champion.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import type { ChampionSource } from '../../serving/batch/champion-source.ts';

/**
 * Lets the nightly batch pick from a registry. Who serves is read once, so that a promotion meanwhile does not split the
 * night, and each version is verified and loaded once.
 *
 * @param log One line for whatever had to be assumed about who serves
 */
export function championSource(registry: ModelRegistry, log: (line: string) => void): ChampionSource {
  const loaded = new Map<string, Promise<ScoringModel>>();
  let reading: Promise<Champions> | null = null;
  const champions = () => {
    reading ??= registry.champions().then((read) => {
      for (const { record } of read.entries) if (record?.assumption) log(record.assumption);
      return read;
    });
    return reading;
  };
  return {
    async championFor(scope) {
      const serving = championServing(await champions(), scope);
      if (serving === null) return null;
      const key = `${serving.name}@${serving.version}`;
      const loading = loaded.get(key) ?? loadChampion(registry, serving).then(({ model }) => model);
      loaded.set(key, loading);
      return loading;
    },
  };
}
