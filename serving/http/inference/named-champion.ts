import { createMiddleware } from 'hono/factory';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { Principal, TenantGrant } from '../../access/principal.ts';
import type { Champion } from '../../champions/champion.ts';
import type { LiveChampions, RefusedChampion } from '../../champions/live-champions.ts';
import type { ScoresGateway } from '../../read-model/scores-gateway.ts';
import { bearerToken, type Guard } from '../admission/guard.ts';
import { championRefused, championText, modelNotFound } from '../problems.ts';

/** A champion as a token sees it that may read some of its tenants. */
export interface NamedChampion {
  readonly champion: Champion;
  /** A newer version of it that cannot serve one of these tenants; null where there is none. */
  readonly refused: RefusedChampion | null;
  /** The one tenant that it was found for; null where it was found for several. */
  readonly tenantId: TenantId | null;
  /** Of the token. */
  readonly subject: string;
}

/** What the handler of a route of one model finds in its context. */
interface NamedChampionEnv {
  readonly Variables: {
    readonly named: NamedChampion;
    /** The same model, seen by one tenant alone. @throws Problem 404 where the token may not read that tenant */
    readonly forTenant: (tenantId: string) => Promise<NamedChampion>;
  };
}

export interface NamedChampionParts {
  readonly guard: Guard;
  readonly scores: ScoresGateway;
  readonly champions: LiveChampions;
}

/** Finds the model that a path names among the champions of the tenants that the token may read; others are not there. */
export function findNamedChampion({ guard, scores, champions }: NamedChampionParts) {
  async function find(
    grants: Iterable<TenantGrant>,
    subject: string,
    name: string,
    version: string | undefined,
  ): Promise<NamedChampion> {
    let champion: Champion | null = null;
    let refused: RefusedChampion | null = null;
    const tenantIds: TenantId[] = [];
    for (const grant of grants) {
      if (scores.forTenant(grant) === null) continue;
      const own = await champions.forTenant(grant);
      const refusal = champions.refusedOf(grant);
      // Where nobody can say which one was refused, it may be the one that is asked for.
      if (refusal !== null && (refusal.version?.name ?? own?.model.name ?? name) === name)
        refused ??= refusal;
      if (own === null || own.model.name !== name) continue;
      if (version !== undefined && own.model.version !== version) continue;
      champion = own;
      tenantIds.push(grant.tenantId);
    }
    if (champion === null) throw refused === null ? modelNotFound() : championRefused(refused);
    return { champion, refused, subject, tenantId: tenantIds.length === 1 ? tenantIds[0]! : null };
  }

  return createMiddleware<NamedChampionEnv, '/:model_name/:model_version?'>(async (c, next) => {
    const principal: Principal = await guard.principal(bearerToken(c), 'scores:compute');
    const { model_name: name, model_version: version } = c.req.param();
    const named = await find(principal.grants(scores.tenantIds()), principal.subject, name, version);
    if (named.refused !== null) c.header('champion-refused', championText(named.refused.version));
    c.set('named', named);
    c.set('forTenant', (tenantId) => {
      const grant = principal.grant(tenantId);
      if (grant === null) throw modelNotFound();
      return find([grant], principal.subject, name, version);
    });
    await next();
  });
}
