import { randomBytes } from 'node:crypto';
import { BadInput } from '../../features/contract/failure.ts';
import { isLoopback } from './loopback.ts';
import { publishedKeys, sharedSecretKeys, type TokenKeys } from './token-keys.ts';

export interface TokenOptions {
  readonly host: string;
  /** Signs bearer tokens (HS256). Without it and an address of keys, the service makes one, on loopback only. */
  readonly jwtSecret?: string | undefined;
  /** Signs tokens on a loopback address where nothing is configured; a secret of the moment where it is left out. */
  readonly localSecret?: (() => string) | undefined;
  /** Where an identity provider publishes the keys that it signs with. */
  readonly jwksUrl?: string | undefined;
  readonly jwtIssuer?: string | undefined;
  readonly jwtAudience?: string | undefined;
}

/**
 * The keys to believe, and the secret of our own making where there were none.
 *
 * @throws BadInput for settings under which somebody else could be believed
 */
export function tokenKeys(options: TokenOptions): { keys: TokenKeys; ownSecret: string | null } {
  const { host, jwtSecret, jwksUrl, jwtIssuer, jwtAudience } = options;
  if (jwtSecret !== undefined && jwksUrl !== undefined)
    throw new BadInput({
      where: 'CHURN_JWKS_URL',
      what: 'CHURN_JWT_SECRET is set too, and only one of them can say who is believed',
      remedy: 'unset one of the two',
    });
  if (jwksUrl !== undefined) {
    // The same provider signs tokens for others; without a check of whom they are for, all of those would open ours.
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
      what: 'others can reach it, and without keys nobody could tell who they are',
      remedy: 'set CHURN_JWT_SECRET or CHURN_JWKS_URL, or CHURN_HOST=127.0.0.1 to try it out alone',
    });
  const ownSecret = options.localSecret?.() ?? randomBytes(48).toString('base64url');
  return { keys: sharedSecretKeys(ownSecret), ownSecret };
}
