import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Authenticator,
  createAuthenticator,
  KeysUnavailable,
} from '../../../serving/access/authenticator.ts';
import { publishedKeys } from '../../../serving/access/token-keys.ts';
import { loopbackServer } from '../http/loopback-server.ts';

const ISSUER = 'https://id.example/';
const AUDIENCE = 'churn';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: object;
}

let provider: Awaited<ReturnType<typeof loopbackServer>>;
let published: SigningKey[] = [];
let status = 200;
let fetches = 0;
let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  provider = await loopbackServer((_request, response) => {
    fetches++;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  });
  first = await signingKey('2026-a');
  second = await signingKey('2026-b');
});
afterAll(() => provider.stop());

async function signingKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

function token({ kid, privateKey }: SigningKey, claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ tenants: ['acme'], scope: 'scores:read', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(String(claims.iss ?? ISSUER))
    .setAudience(String(claims.aud ?? AUDIENCE))
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(privateKey);
}

const authenticator = (): Authenticator =>
  createAuthenticator({
    keys: publishedKeys(provider.url),
    issuer: ISSUER,
    audience: AUDIENCE,
    clock: () => new Date(),
  });

it('accepts a provider’s keys, fetches them once and follows a rotation', async () => {
  published = [first];
  fetches = 0;
  const authenticate = authenticator();
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, at) => token(first, { jti: String(at) })));
  const principals = await Promise.all(tokens.map(authenticate));
  expect(principals.every((principal) => principal?.grant('acme') != null)).toBe(true);
  expect(principals[0]!.grant('globex')).toBeNull();
  expect(fetches).toBe(1);
  published = [first, second];
  // A key that is not known yet is asked for again, after a pause that strangers cannot shorten.
  expect(await authenticate(await token(second))).toBeNull();
  expect(fetches).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 5_100));
  expect(await authenticate(await token(second))).not.toBeNull();
  expect(fetches).toBe(2);
});

it('refuses another issuer, another audience, another key and a public key used as a secret', async () => {
  published = [first];
  const authenticate = authenticator();
  expect(await authenticate(await token(first, { iss: 'https://evil.example/' }))).toBeNull();
  expect(await authenticate(await token(first, { aud: 'billing' }))).toBeNull();
  expect(await authenticate(await token({ ...second, kid: first.kid }))).toBeNull();
  const confused = await new SignJWT({ tenants: '*', scope: 'scores:read' })
    .setProtectedHeader({ alg: 'HS256', kid: first.kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime('5 minutes')
    .sign(new TextEncoder().encode(JSON.stringify(first.jwk)));
  expect(await authenticate(confused)).toBeNull();
  expect(await authenticate(await token(first))).not.toBeNull();
});

it('answers 503 while the provider is down, not that the token is invalid', async () => {
  published = [first];
  status = 500;
  const authenticate = authenticator();
  await expect(authenticate(await token(first))).rejects.toThrow(KeysUnavailable);
  status = 200;
  expect(await authenticate(await token(first))).not.toBeNull();
  const gone = createAuthenticator({
    keys: publishedKeys('http://127.0.0.1:1/keys'),
    issuer: ISSUER,
    audience: AUDIENCE,
    clock: () => new Date(),
  });
  await expect(gone(await token(first))).rejects.toThrow(KeysUnavailable);
});
