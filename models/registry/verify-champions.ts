import { Failure } from '../../features/contract/failure.ts';
import { championOf } from './champion-record.ts';
import { loadChampion } from './load-champion.ts';
import type { LoadedModel, ModelRegistry } from './model-registry.ts';

/** What one scope's champion is, and what is wrong with it. */
export interface VerifiedChampion {
  readonly scope: string;
  /** Null where there is none that can serve. */
  readonly loaded: LoadedModel | null;
  /** Why the scope's tenants cannot be scored; null where they can. */
  readonly problem: string | null;
  /** What nobody recorded and is taken for granted; null where all is recorded. */
  readonly assumption: string | null;
}

/** Loads the champion of every scope, which verifies its files. Scopes that have none are left out. */
export async function verifyChampions(
  registry: Pick<ModelRegistry, 'champions' | 'load'>,
): Promise<VerifiedChampion[]> {
  const verified: VerifiedChampion[] = [];
  for (const { scope, record, failure } of (await registry.champions()).entries) {
    const assumption = record?.assumption ?? null;
    const broken = (problem: string) => verified.push({ scope, loaded: null, problem, assumption });
    if (failure !== null) broken(failure.message);
    const champion = championOf(record ?? undefined);
    if (record === null || champion === undefined) continue;
    try {
      const loaded = await loadChampion(registry, { ...champion, serves: record.scope });
      verified.push({ scope, loaded, problem: null, assumption });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      broken(error.message);
    }
  }
  return verified;
}
