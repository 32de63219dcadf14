import { randomBytes } from 'node:crypto';
import { BadInput } from '../../features/contract/failure.ts';
import { isLoopback } from './loopback.ts';
import { publishedKeys, sharedSecretKeys, type TokenKeys } from './token-keys.ts';

export interface TokenOptions {
  readonly host: string;
  /** Signs bearer tokens (HS256). Without it and without `jwksUrl` the service makes its own, on loopback only. */
  readonly jwtSecret?: string | undefined;
  /** The secret for a loopback address when nothing is configured; a random one by default. */
  readonly localSecret?: (() => string) | undefined;
  /** Where an identity provider publishes the keys that it signs with. */
  readonly jwksUrl?: string | undefined;
  readonly jwtIssuer?: string | undefined;
  readonly jwtAudience?: string | undefined;
}

/**
 * The keys to check tokens with, and the secret that we made when none was configured.
 *
 * @throws BadInput for settings that would accept other people's tokens
 */
export function tokenKeys(options: TokenOptions): { keys: TokenKeys; ownSecret: string | null } {
  const { host, jwtSecret, jwksUrl, jwtIssuer, jwtAudience } = options;
  if (jwtSecret !== undefined && jwksUrl !== undefined)
    throw new BadInput({
      where: 'CHURN_JWKS_URL',
      what: 'CHURN_JWT_SECRET is set too, and only one of them can be used',
      remedy: 'unset one of the two',
    });
  if (jwksUrl !== undefined) {
    // The same provider signs tokens for other services. Without an audience check all of those would be accepted here.
    if (jwtIssuer === undefined || jwtAudience === undefined)
      throw new BadInput({
        where: 'CHURN_JWKS_URL',
        what: 'a provider’s keys sign tokens for other services too',
        remedy: 'set CHURN_JWT_ISSUER and CHURN_JWT_AUDIENCE',
      });
    return { keys: publishedKeys(jwksUrl), ownSecret: null };
  }
  if (jwtSecret !== undefined) return { keys: sharedSecretKeys(jwtSecret), ownSecret: null };
  if (!isLoopback(host))
    throw new BadInput({
      where: `address ${host}`,
      what: 'other machines can reach it, and without keys the service cannot check who asks',
      remedy: 'set CHURN_JWT_SECRET or CHURN_JWKS_URL, or CHURN_HOST=127.0.0.1 to try it out alone',
    });
  const ownSecret = options.localSecret?.() ?? randomBytes(48).toString('base64url');
  return { keys: sharedSecretKeys(ownSecret), ownSecret };
}
