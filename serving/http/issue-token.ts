import { sign } from 'hono/jwt';

export interface TokenRequest {
  readonly secret: string;
  readonly subject: string;
  readonly tenants: readonly string[] | '*';
  readonly validSeconds: number;
  readonly clock: () => Date;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** A bearer token for this service, signed with the shared secret. For trying it out; production has an issuer. */
export function issueToken(request: TokenRequest): Promise<string> {
  const { secret, subject, tenants, validSeconds, clock, issuer, audience } = request;
  const issuedAt = Math.floor(clock().getTime() / 1000);
  const claims = {
    sub: subject,
    tenants,
    iat: issuedAt,
    exp: issuedAt + validSeconds,
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(audience === undefined ? {} : { aud: audience }),
  };
  return sign(claims, secret, 'HS256');
}
