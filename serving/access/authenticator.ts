import { createHash } from 'node:crypto';
import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { type Principal, SCOPES, type Scope, verifiedPrincipal } from './principal.ts';
import { isKeyOutage, type TokenKeys } from './token-keys.ts';

/**
 * Turns a bearer token into a principal, or null when the token is not to be trusted.
 *
 * @throws KeysUnavailable when the keys to check it with cannot be fetched
 */
export type Authenticator = (token: string) => Promise<Principal | null>;

export class KeysUnavailable extends Error {}

export interface AuthenticatorOptions {
  readonly keys: TokenKeys;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly clock: () => Date;
}

/** How far the issuer's clock may differ from ours. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** How long a verified token is accepted without a new check, and so how late a withdrawn key takes effect. */
const BELIEVED_SECONDS = 30;
const TOKENS_HELD = 10_000;
const LONGEST_TOKEN = 8_192;

const claims = z.object({
  sub: z.string().min(1).max(500).optional(),
  exp: z.number(),
  tenants: z.union([z.literal('*'), z.array(tenantIdSchema)]),
  /** Blank-separated (RFC 8693); scopes of other services are ignored. */
  scope: z.string(),
});

/** Verifies signature, algorithm, issuer, audience and times; a token without expiry, tenants or scope is refused. */
export function createAuthenticator({ keys, issuer, audience, clock }: AuthenticatorOptions): Authenticator {
  const believed = new LRUCache<string, { principal: Principal; from: number; until: number }>({
    max: TOKENS_HELD,
  });
  return async (token) => {
    if (token.length > LONGEST_TOKEN) return null;
    const now = clock().getTime() / 1000;
    const held = believed.get(token);
    // A clock that was set back must not lengthen a token's life either.
    if (held !== undefined && held.from <= now && now < held.until) return held.principal;
    const payload = await verified(token, { keys, issuer, audience, now });
    const parsed = claims.safeParse(payload);
    if (!parsed.success) return null;
    const { sub, exp, tenants, scope } = parsed.data;
    const asked = new Set(scope.split(' '));
    const scopes = SCOPES.filter((known): known is Scope => asked.has(known));
    const principal = verifiedPrincipal({ subject: sub ?? unnamed(token), tenants, scopes });
    const until = Math.min(exp + CLOCK_TOLERANCE_SECONDS, now + BELIEVED_SECONDS);
    believed.set(token, { principal, from: now, until });
    return principal;
  };
}

/** Tokens without a subject are each their own, so that none of them uses up what another may. */
function unnamed(token: string): string {
  return `token ${createHash('sha256').update(token).digest('base64url')}`;
}

async function verified(
  token: string,
  { keys, issuer, audience, now }: Omit<AuthenticatorOptions, 'clock'> & { now: number },
): Promise<unknown> {
  const options = {
    algorithms: [...keys.algorithms],
    currentDate: new Date(now * 1000),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  try {
    const { payload } =
      typeof keys.key === 'function'
        ? await jwtVerify(token, keys.key, options)
        : await jwtVerify(token, keys.key, options);
    return payload;
  } catch (error) {
    if (isKeyOutage(error))
      throw new KeysUnavailable('the keys that tokens are signed with cannot be fetched', { cause: error });
    return null;
  }
}
