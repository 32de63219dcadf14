import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { ModelCard } from '../../models/artefact/model-card.ts';
import type { ChampionChange } from '../../models/registry/champion-record.ts';
import type { Champions } from '../../models/registry/champions.ts';
import { championOfTenant, loadChampion, type ServingVersion } from '../../models/registry/load-champion.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { type ServedScope, scopeText } from '../../models/registry/served-scope.ts';
import type { VersionReference } from '../../models/registry/version-reference.ts';
import type { TenantGrant } from '../access/principal.ts';
import { type Champion, championOf } from './champion.ts';
import { type TenantModelCard, tenantModelCard } from './tenant-model-card.ts';

export interface LiveChampionsOptions {
  readonly registry: Pick<ModelRegistry, 'champions' | 'load' | 'history'>;
  readonly refreshSeconds: number;
  /** Told when a champion is refused. */
  readonly log: (line: string) => void;
  /** Told what else could not be read. */
  readonly warn: (line: string) => void;
}

export interface LiveChampions {
  /** The champion of the narrowest scope that has one; null where none could be loaded so far. */
  forTenant(grant: TenantGrant): Promise<Champion | null>;
  /**
   * What readers of the tenant may know of the champion in memory; null where there is none. It reads nothing.
   *
   * @param readsEveryTenant Whether the reader may see all tenants
   */
  cardOf(grant: TenantGrant, readsEveryTenant: boolean): TenantModelCard | null;
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

/** A champion as it is held; the card names every tenant of its scope, so no handler is given it. */
interface HeldChampion {
  readonly champion: Champion;
  readonly card: ModelCard;
  readonly serves: ServedScope;
}

/** Changes of who serves a scope, as of a revision; null where they could not be read. */
interface HeldChanges {
  readonly revision: number;
  readonly changes: readonly ChampionChange[] | null;
}

/** Before every revision. */
const UNREAD = -1;

/** Champions in memory, by tenant, that follow the registry in the background. */
export function startLiveChampions(options: LiveChampionsOptions): LiveChampions {
  const { registry, refreshSeconds, log, warn } = options;
  const held = new Map<TenantId, HeldChampion>();
  const changesOf = new Map<string, HeldChanges>();
  const asked = new Map<TenantId, Promise<void>>();
  const refusals = new Map<TenantId, Refusal>();
  let underWay: Promise<void> | null = null;
  /** A look at who serves that is under way: whoever needs one meanwhile shares it. */
  let reading: Promise<Champions> | null = null;

  /** Versions are immutable: tenants with the same champion share one. */
  function loaded({ name, version }: VersionReference): Omit<HeldChampion, 'serves'> | undefined {
    return [...held.values()].find(
      ({ champion: { model } }) => model.name === name && model.version === version,
    );
  }

  async function load(serving: ServingVersion): Promise<Omit<HeldChampion, 'serves'>> {
    const model = await loadChampion(registry, serving);
    return { champion: championOf(model), card: model.card };
  }

  /** Read once per change; what cannot be read costs the page its record, and nobody the champion. */
  async function followChanges(scope: ServedScope, revision: number): Promise<void> {
    const key = scopeText(scope);
    const known = changesOf.get(key);
    if (known?.revision === revision) return;
    const changes = await registry.history(scope).catch((error: unknown) => {
      // Once, not once per refresh.
      if (known?.changes !== null)
        warn(`history of ${key} not read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });
    changesOf.set(key, { revision, changes });
  }

  async function follow(tenantId: TenantId, champions: Promise<Champions>): Promise<void> {
    let version: VersionReference | null = null;
    try {
      const known = await champions;
      const serving = championOfTenant(known, tenantId);
      // Champions are replaced, never withdrawn: none where there was one is a registry that cannot be read.
      if (serving === null) return;
      version = serving;
      const { serves } = serving;
      await followChanges(serves, known.revisionOf(serves));
      held.set(tenantId, { ...(loaded(serving) ?? (await load(serving))), serves });
      refusals.delete(tenantId);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const serving = held.get(tenantId)?.champion.model;
      const instead =
        serving === undefined ? 'none is loaded' : `${serving.name} ${serving.version} keeps serving`;
      // Once per reason, not once per refresh.
      if (refusals.get(tenantId)?.reason !== reason) log(`champion refused, ${instead}: ${reason}`);
      refusals.set(tenantId, { version, reason });
    }
  }

  function readChampions(): Promise<Champions> {
    if (reading !== null) return reading;
    const champions = registry.champions().finally(() => {
      reading = null;
    });
    reading = champions;
    // Whoever follows says what went wrong.
    champions.catch(() => undefined);
    return champions;
  }

  async function followAll(): Promise<void> {
    const champions = readChampions();
    // What could not be read is tried again, once for all tenants.
    for (const [key, { changes }] of changesOf)
      if (changes === null) changesOf.set(key, { revision: UNREAD, changes });
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
      const known = held.get(tenantId);
      if (known !== undefined) return known.champion;
      const first = asked.get(tenantId) ?? follow(tenantId, readChampions());
      asked.set(tenantId, first);
      await first;
      return held.get(tenantId)?.champion ?? null;
    },
    cardOf({ tenantId }, readsEveryTenant) {
      const known = held.get(tenantId);
      if (known === undefined) return null;
      const { champion, card, serves } = known;
      const { name, version } = champion.model;
      const changes = changesOf.get(scopeText(serves))?.changes ?? null;
      return tenantModelCard({ name, version, card, serves, changes }, tenantId, readsEveryTenant);
    },
    refusedOf: ({ tenantId }) => refusals.get(tenantId) ?? null,
    refresh,
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
