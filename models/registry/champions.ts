import { type Failure, OperationFailed } from '../../features/contract/failure.ts';
import type { ChampionLog, LatestChange } from './champion-log.ts';
import { championChangeSchema, type ScopeRecord } from './champion-record.ts';
import type { FirstEdition } from './first-edition-champions.ts';
import { type ServedScope, scopeKey, scopeNamed, scopeText } from './served-scope.ts';

/** A scope that somebody serves, or of which nobody can say who does. */
export interface ScopeEntry {
  /** As text, e.g. `tenant:acme`. */
  readonly scope: string;
  readonly revision: number;
  readonly record: ScopeRecord | null;
  readonly failure: Failure | null;
}

/** Who serves which scope, read once. */
export interface Champions {
  /** By scope. */
  readonly entries: readonly ScopeEntry[];
  /**
   * What holds for exactly this scope; undefined where nothing was ever recorded for it.
   * @throws Failure where that cannot be known: a damaged record, or several champions in a home of the first edition
   */
  recordOf(scope: ServedScope): ScopeRecord | undefined;
  /** How many changes of the scope are recorded, readable or not. */
  revisionOf(scope: ServedScope): number;
}

/** @param firstEdition Read only where a scope has no record of its own. */
export async function readChampions(
  log: ChampionLog,
  firstEdition: () => Promise<FirstEdition>,
): Promise<Champions> {
  const recorded = await log.latest();
  const { scopes, unplaced } = await firstEdition();
  const byKey = new Map<string, ScopeEntry>();
  for (const { scope, record, failure } of scopes) {
    const text = scopeText(scope);
    byKey.set(scopeKey(text), { scope: text, revision: 0, record, failure });
  }
  for (const [key, latest] of recorded) byKey.set(key, entryOf(key, latest));

  return {
    entries: [...byKey.values()].sort((left, right) => (left.scope < right.scope ? -1 : 1)),
    recordOf(scope) {
      const entry = byKey.get(scopeKey(scopeText(scope)));
      // A champion that may have been this scope's must not be passed over in silence.
      const failure = entry === undefined && scope.kind !== 'table' ? unplaced[0] : entry?.failure;
      if (failure !== undefined && failure !== null) throw failure;
      return entry?.record ?? undefined;
    },
    revisionOf: (scope) => byKey.get(scopeKey(scopeText(scope)))?.revision ?? 0,
  };
}

function entryOf(key: string, { revision, content }: LatestChange): ScopeEntry {
  const change = championChangeSchema.safeParse(parseJson(content)).data;
  const scope = change === undefined ? undefined : scopeNamed(change.scope);
  if (change === undefined || scope === undefined || scopeKey(change.scope) !== key) {
    const text = namedBy(key);
    const failure = new OperationFailed({
      where: `champion of ${text}`,
      what: `change ${revision} of who serves it cannot be read`,
      remedy: `say which serves with \`churn models promote NAME@VERSION --scope ${text} --reason TEXT --force\``,
    });
    return { scope: text, revision, record: null, failure };
  }
  const { champions, challenger } = change;
  const record = { scope, revision, champions, challenger, latest: change, assumption: null };
  return { scope: change.scope, revision, record, failure: null };
}

function namedBy(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
