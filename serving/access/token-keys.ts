import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { BadInput } from '../../features/contract/failure.ts';
import { isLoopback } from './loopback.ts';

/** The key that verifies tokens, and the algorithms that are accepted. A token never chooses its own. */
export interface TokenKeys {
  readonly key: Uint8Array | JWTVerifyGetKey;
  readonly algorithms: readonly string[];
}

const SHORTEST_SECRET = 32;
const JWKS_TIMEOUT_MILLISECONDS = 3_000;
/** A token signed with an unknown key makes us fetch the keys again, so that a rotation takes effect at once; at most this often. */
const JWKS_COOLDOWN_MILLISECONDS = 5_000;
const JWKS_MAX_AGE_MILLISECONDS = 600_000;

/** @throws BadInput for a secret short enough to be guessed */
export function sharedSecretKeys(secret: string): TokenKeys {
  if (secret.length < SHORTEST_SECRET)
    throw new BadInput({
      where: 'CHURN_JWT_SECRET',
      what: `the secret is shorter than ${SHORTEST_SECRET} characters`,
      remedy: 'set a longer one, for example from `openssl rand -base64 48`',
    });
  return { key: new TextEncoder().encode(secret), algorithms: ['HS256'] };
}

/** The public keys that an identity provider publishes. @throws BadInput for an address without TLS */
export function publishedKeys(url: string): TokenKeys {
  const address = URL.canParse(url) ? new URL(url) : null;
  const isSafe =
    address?.protocol === 'https:' || (address?.protocol === 'http:' && isLoopback(address.hostname));
  if (address === null || !isSafe)
    throw new BadInput({
      where: 'CHURN_JWKS_URL',
      what: 'keys fetched without TLS can be forged',
      remedy: 'give an https address',
    });
  const key = createRemoteJWKSet(address, {
    timeoutDuration: JWKS_TIMEOUT_MILLISECONDS,
    cooldownDuration: JWKS_COOLDOWN_MILLISECONDS,
    cacheMaxAge: JWKS_MAX_AGE_MILLISECONDS,
  });
  return { key, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] };
}

/** Whether the keys could not be fetched, which says nothing about the token. */
export function isKeyOutage(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  // jose has no class for an answer other than 200.
  return error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC';
}
