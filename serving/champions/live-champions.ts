import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { Champions } from '../../models/registry/champions.ts';
import { championOfTenant, loadChampion } from '../../models/registry/load-champion.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import type { VersionReference } from '../../models/registry/version-reference.ts';
import type { TenantGrant } from '../access/principal.ts';
import { type Champion, championOf } from './champion.ts';

export interface LiveChampionsOptions {
  readonly registry: Pick<ModelRegistry, 'champions' | 'load'>;
  readonly refreshSeconds: number;
  readonly log: (line: string) => void;
}

export interface LiveChampions {
  /** The champion of the narrowest scope that has one; null where none could be loaded so far. */
  forTenant(grant: TenantGrant): Promise<Champion | null>;
  /** The champion that was refused last, where it is the tenant's by now; null where the one in memory is. */
  refusedOf(grant: TenantGrant): RefusedChampion | null;
  /** Looks for other champions now. One that cannot be loaded is refused, and the old one keeps serving. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** A champion that cannot serve. Why is for the log: it may name files. */
export interface RefusedChampion {
  /** Null where nobody can say which version it is. */
  readonly version: VersionReference | null;
}

interface Refusal extends RefusedChampion {
  readonly reason: string;
}

/** Champions in memory, by tenant, that follow the registry in the background. */
export function startLiveChampions({ registry, refreshSeconds, log }: LiveChampionsOptions): LiveChampions {
  const held = new Map<TenantId, Champion>();
  const asked = new Map<TenantId, Promise<void>>();
  const refusals = new Map<TenantId, Refusal>();
  let underWay: Promise<void> | null = null;

  /** Versions are immutable: tenants with the same champion share one. */
  function loaded({ name, version }: VersionReference): Champion | undefined {
    return [...held.values()].find(({ model }) => model.name === name && model.version === version);
  }

  async function follow(tenantId: TenantId, champions: Promise<Champions>): Promise<void> {
    let version: VersionReference | null = null;
    try {
      const serving = championOfTenant(await champions, tenantId);
      // Champions are replaced, never withdrawn: none where there was one is a registry that cannot be read.
      if (serving === null) return;
      version = serving;
      held.set(tenantId, loaded(serving) ?? championOf(await loadChampion(registry, serving)));
      refusals.delete(tenantId);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const serving = held.get(tenantId)?.model;
      const instead =
        serving === undefined ? 'none is loaded' : `${serving.name} ${serving.version} keeps serving`;
      // Once per reason, not once per refresh.
      if (refusals.get(tenantId)?.reason !== reason) log(`champion refused, ${instead}: ${reason}`);
      refusals.set(tenantId, { version, reason });
    }
  }

  async function followAll(): Promise<void> {
    const champions = registry.champions();
    // Whoever follows says what went wrong.
    champions.catch(() => undefined);
    for (const tenantId of asked.keys()) await follow(tenantId, champions);
  }
  const refresh = () => {
    underWay ??= followAll().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  const timer = setInterval(refresh, refreshSeconds * 1000);
  timer.unref();

  return {
    async forTenant({ tenantId }) {
      const champion = held.get(tenantId);
      if (champion !== undefined) return champion;
      const first = asked.get(tenantId) ?? follow(tenantId, registry.champions());
      asked.set(tenantId, first);
      await first;
      return held.get(tenantId) ?? null;
    },
    refusedOf: ({ tenantId }) => refusals.get(tenantId) ?? null,
    refresh,
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
