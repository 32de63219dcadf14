import type { Alias, ModelRegistry } from './model-registry.ts';
import type { VersionReference } from './version-reference.ts';

/**
 * What a trained version may become. `candidate`: the champion where its scope has none, otherwise the challenger.
 * `champion`: whatever served before. `experiment`: nothing, it serves when somebody promotes it.
 */
export type Standing = 'candidate' | 'champion' | 'experiment';

export interface Placement {
  readonly standing: Standing;
  /** Who trained it. */
  readonly by: string;
}

/**
 * Gives a version its place beside those that are there; says which.
 *
 * @param isNew One that was there before only fills a gap: it was placed when it was new
 */
export async function placeVersion(
  registry: Pick<ModelRegistry, 'promote' | 'challenge'>,
  { name, version }: VersionReference,
  { standing, by }: Placement,
  isNew: boolean,
): Promise<Alias | null> {
  if (standing === 'experiment') return null;
  if (standing === 'champion') {
    await registry.promote(name, version, { by, reason: 'the latest training of a table that nobody named' });
    return 'champion';
  }
  const first = { by, reason: 'the first model of its scope', unlessServed: true };
  if ((await registry.promote(name, version, first)) !== null) return 'champion';
  if (!isNew) return null;
  await registry.challenge(name, version, { by, reason: 'trained while another version served' });
  return 'challenger';
}
