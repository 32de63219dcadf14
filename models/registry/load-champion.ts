import { Failure, OperationFailed } from '../../features/contract/failure.ts';
import { championOf } from './champion-record.ts';
import type { Champions } from './champions.ts';
import type { LoadedModel, ModelRegistry } from './model-registry.ts';
import { type ServedScope, scopesServing, scopeText } from './served-scope.ts';
import type { VersionReference } from './version-reference.ts';

/** A version and the scope that it is champion of. */
export interface ServingVersion extends VersionReference {
  readonly serves: ServedScope;
}

/** The champion of exactly this scope. @throws Failure where nobody can say which it is */
export function championServing(champions: Champions, scope: ServedScope): ServingVersion | null {
  const champion = championOf(champions.recordOf(scope));
  return champion === undefined ? null : { ...champion, serves: scope };
}

/** The champion of the narrowest scope that has one. @throws Failure where nobody can say which it is */
export function championOfTenant(champions: Champions, tenantId: string): ServingVersion | null {
  for (const scope of scopesServing(tenantId)) {
    const champion = championServing(champions, scope);
    if (champion !== null) return champion;
  }
  return null;
}

/**
 * Loads and verifies a champion.
 *
 * @throws OperationFailed for one that is damaged or gone: nothing else may serve in its place
 */
export async function loadChampion(
  registry: Pick<ModelRegistry, 'load'>,
  { name, version, serves }: ServingVersion,
): Promise<LoadedModel> {
  try {
    return await registry.load(name, version);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const text = scopeText(serves);
    throw new OperationFailed({
      where: `champion of ${text}`,
      what: `${name}@${version} cannot serve (${cause.where}: ${cause.what})`,
      remedy: `go back with \`churn models rollback --scope ${text} --reason TEXT\`, or promote another with \`churn models promote\``,
      cause,
    });
  }
}
