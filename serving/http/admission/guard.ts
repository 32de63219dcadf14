import type { Context } from 'hono';
import { type Authenticator, KeysUnavailable } from '../../access/authenticator.ts';
import type { Principal, Scope, TenantGrant } from '../../access/principal.ts';
import { ageSeconds } from '../../read-model/age-seconds.ts';
import type { ScoresGateway, TenantView } from '../../read-model/scores-gateway.ts';
import {
  insufficientScope,
  keysUnavailable,
  scoresNotLoaded,
  tenantNotFound,
  unauthorized,
} from '../problems.ts';
import type { RateLimit } from './rate-limit.ts';

export interface GuardParts {
  readonly scores: ScoresGateway;
  readonly authenticate: Authenticator;
  /** Per token subject, and per tenant that is asked for. */
  readonly limits: { readonly subject: RateLimit; readonly tenant: RateLimit };
  readonly clock: () => Date;
}

/** What an admitted request may see: one tenant, which the token may read. */
export interface Admitted {
  readonly grant: TenantGrant;
  /** Of the token. */
  readonly subject: string;
  /** Whoever asks, as `owner` of accounts. */
  readonly owner: string | null;
  /** Whether whoever asks may read all tenants, and so what was written about any of them. */
  readonly readsEveryTenant: boolean;
  readonly view: TenantView;
}

/** The only door to scores. Every check happens here, in this order, before a handler sees anything. */
export interface Guard {
  /** Who asks. @throws Problem 401, 403, 429 or 503 */
  principal(token: string | undefined, scope: Scope): Promise<Principal>;
  /**
   * One tenant for a principal.
   *
   * @throws Problem 404, the same for another tenant's id as for an unknown one; 429 or 503
   */
  admit(c: Context, principal: Principal, tenantId: string): Promise<Admitted>;
}

export function createGuard({ scores, authenticate, limits, clock }: GuardParts): Guard {
  return {
    async principal(token, scope) {
      if (token === undefined) throw unauthorized('Send the header Authorization: Bearer <token>.');
      const principal = await authenticate(token).catch((error: unknown) => {
        throw error instanceof KeysUnavailable ? keysUnavailable() : error;
      });
      if (principal === null)
        throw unauthorized('The token is malformed, expired, or not signed for this service.');
      await limits.subject(principal.subject);
      if (!principal.may(scope)) throw insufficientScope(scope);
      return principal;
    },
    async admit(c, principal, tenantId) {
      const confirmedAt = scores.confirmedAt();
      if (confirmedAt === null) throw scoresNotLoaded();
      const grant = principal.grant(tenantId);
      const view = grant === null ? null : scores.forTenant(grant);
      if (grant === null || view === null) throw tenantNotFound();
      await limits.tenant(grant.tenantId);
      c.header('scores-age-seconds', String(ageSeconds(confirmedAt, clock)));
      if (scores.isStale()) c.header('scores-stale', 'true');
      const { subject, owner, readsEveryTenant } = principal;
      return { grant, subject, owner, readsEveryTenant, view };
    },
  };
}

export function bearerToken(c: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
}
