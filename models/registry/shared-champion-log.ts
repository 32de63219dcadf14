import { z } from 'zod';
import type { ChampionLog } from './champion-log.ts';
import type { SharedModelStore, SharedState } from './shared-model-store.ts';

/** No model's name has a colon. */
const PREFIX = 'scope:';

/** Whether a row of the shared states says who serves a scope, rather than which versions a model has. */
export function isScopeRow(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The log in rows that all hosts share: one row per scope holds its changes, and is replaced where nobody was faster. */
export function openSharedChampionLog(store: SharedModelStore): ChampionLog {
  return {
    async latest() {
      const found = new Map<string, { revision: number; content: string | null }>();
      for (const [name, { revision, content }] of await store.states()) {
        if (!isScopeRow(name)) continue;
        const change = changesIn(content)?.at(-1);
        found.set(name.slice(PREFIX.length), {
          revision,
          content: change === undefined ? null : JSON.stringify(change),
        });
      }
      return found;
    },

    async history(key) {
      const row = (await store.states()).get(PREFIX + key);
      if (row === undefined) return [];
      return changesIn(row.content)?.map((change) => JSON.stringify(change)) ?? [null];
    },

    async append(key, revision, content) {
      const row = (await store.states()).get(PREFIX + key);
      if ((row?.revision ?? 0) !== revision) return false;
      const changes = [...((row && changesIn(row.content)) ?? []), JSON.parse(content)];
      return store.replaceState(PREFIX + key, revision, JSON.stringify(changes));
    },
  };
}

/** Undefined for a row that is no list of changes. */
function changesIn(content: SharedState['content']): unknown[] | undefined {
  try {
    return z.array(z.unknown()).parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}
