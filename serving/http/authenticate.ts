import { createMiddleware } from 'hono/factory';
import { verify } from 'hono/jwt';
import { z } from 'zod';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { unauthorized } from './problem.ts';

/** Who asks, and whose rows the token lets them read. */
export interface Principal {
  readonly subject: string;
  readonly tenants: ReadonlySet<TenantId> | '*';
}

/** Turns a bearer token into a principal, or null when the token is not to be trusted. */
export type Authenticator = (token: string) => Promise<Principal | null>;

const claims = z.object({
  sub: z.string().default('unnamed'),
  /** Seconds since 1970. A token without an end is refused. */
  exp: z.number(),
  nbf: z.number().optional(),
  tenants: z.union([z.literal('*'), z.array(tenantIdSchema)]),
});

export interface SharedSecretOptions {
  readonly secret: string;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly clock: () => Date;
}

/** Tokens signed with HS256 and a shared secret; the algorithm is ours to say, never the token's. */
export function sharedSecretAuthenticator(options: SharedSecretOptions): Authenticator {
  const { secret, issuer, audience, clock } = options;
  return async (token) => {
    const payload = await verify(token, secret, {
      alg: 'HS256',
      // Times are checked below against the injected clock, and `exp` is not optional there.
      exp: false,
      nbf: false,
      iat: false,
      ...(issuer === undefined ? {} : { iss: issuer }),
      ...(audience === undefined ? {} : { aud: audience }),
    }).catch(() => null);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) return null;
    const { sub, exp, nbf, tenants } = parsed.data;
    const now = clock().getTime() / 1000;
    if (exp <= now || (nbf !== undefined && nbf > now)) return null;
    return { subject: sub, tenants: tenants === '*' ? '*' : new Set(tenants) };
  };
}

/** Lets a request pass with `principal` set, or answers 401. */
export function requireToken(authenticate: Authenticator) {
  return createMiddleware<{ Variables: { principal: Principal } }>(async (c, next) => {
    const header = c.req.header('authorization');
    const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (token === undefined) throw unauthorized('Send the header Authorization: Bearer <token>.');
    const principal = await authenticate(token);
    if (principal === null)
      throw unauthorized('The token is malformed, expired, or not signed for this service.');
    c.set('principal', principal);
    await next();
  });
}

export function mayRead({ tenants }: Principal, tenantId: TenantId): boolean {
  return tenants === '*' || tenants.has(tenantId);
}
