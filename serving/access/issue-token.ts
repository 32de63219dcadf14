import { SignJWT } from 'jose';
import { SCOPES, type Scope } from './principal.ts';

export interface TokenRequest {
  readonly secret: string;
  readonly subject: string;
  readonly tenants: readonly string[] | '*';
  /** All scopes by default. */
  readonly scopes?: readonly Scope[] | undefined;
  readonly validSeconds: number;
  readonly clock: () => Date;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** A bearer token for this service, signed with the shared secret. For trying the service out; in production an identity provider issues tokens. */
export function issueToken(request: TokenRequest): Promise<string> {
  const { secret, subject, tenants, scopes = SCOPES, validSeconds, clock, issuer, audience } = request;
  const issuedAt = Math.floor(clock().getTime() / 1000);
  const token = new SignJWT({ tenants, scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + validSeconds);
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}
