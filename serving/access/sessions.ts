import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import type { Access } from './access-rules.ts';
import type { Authenticator } from './authenticator.ts';
import { verifiedPrincipal } from './principal.ts';

/** Sessions of people who logged in at an identity provider. */
export interface Sessions {
  readonly seconds: number;
  begin(person: Access & { readonly subject: string }): Promise<string>;
  /** The person of a session; null for one that has ended, and for every other token. */
  readonly authenticate: Authenticator;
}

export interface SessionsOptions {
  /** Signs sessions and nothing else, so that no session passes for an API token. */
  readonly secret: string;
  readonly clock: () => Date;
}

/** A working day: whoever left the company in the morning has no session in the evening. */
const SESSION_SECONDS = 10 * 3600;
const TYPE = 'churn-session+jwt';

const claims = z.object({
  sub: z.string().min(1),
  tenants: z.union([z.literal('*'), z.array(tenantIdSchema)]),
  owner: z.string().nullable(),
});

export function createSessions({ secret, clock }: SessionsOptions): Sessions {
  const key = new TextEncoder().encode(secret);
  return {
    seconds: SESSION_SECONDS,
    begin({ subject, tenants, owner }) {
      const now = Math.floor(clock().getTime() / 1000);
      return new SignJWT({ tenants, owner })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setSubject(subject)
        .setIssuedAt(now)
        .setExpirationTime(now + SESSION_SECONDS)
        .sign(key);
    },
    async authenticate(token) {
      if (!isSession(token)) return null;
      try {
        const options = { algorithms: ['HS256'], typ: TYPE, currentDate: clock(), requiredClaims: ['exp'] };
        const { payload } = await jwtVerify(token, key, options);
        const { sub, tenants, owner } = claims.parse(payload);
        return verifiedPrincipal({ subject: sub, tenants, owner, scopes: ['scores:read'] });
      } catch {
        return null;
      }
    },
  };
}

function isSession(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === TYPE;
  } catch {
    return false;
  }
}
