import { createHash, createPublicKey, verify } from 'node:crypto';
import type { SecurityCatalog } from './security-catalog.ts';

/** Someone who may sign in; each credential that is given is a way in. */
export interface EndpointUser {
  readonly name: string;
  readonly password?: string;
  /** PEM. A user may have two, so that one can be replaced while the other is in use. */
  readonly publicKey?: string;
  readonly publicKey2?: string;
  readonly programmaticAccessToken?: string;
  /** Without one a programmatic access token is refused. */
  readonly networkPolicy?: string;
  readonly oauthToken?: string;
  readonly roles: readonly string[];
  readonly defaultRole: string;
  readonly defaultWarehouse?: string;
}

/** Users that statements made. */
export function createdUsers(catalog: SecurityCatalog): readonly EndpointUser[] {
  return catalog.all('USER').map(({ name, options }) => {
    const key = (option: string) => {
      const value = options!.get(option);
      return value === undefined
        ? undefined
        : `-----BEGIN PUBLIC KEY-----\n${value}\n-----END PUBLIC KEY-----\n`;
    };
    const [publicKey, publicKey2] = [key('rsa_public_key'), key('rsa_public_key_2')];
    const [defaultWarehouse, networkPolicy] = [
      options!.get('default_warehouse'),
      options!.get('network_policy'),
    ];
    return {
      name,
      roles: catalog.roles.ofUser(name),
      defaultRole: options!.get('default_role')?.toUpperCase() ?? 'PUBLIC',
      ...(publicKey === undefined ? {} : { publicKey }),
      ...(publicKey2 === undefined ? {} : { publicKey2 }),
      ...(networkPolicy === undefined ? {} : { networkPolicy }),
      ...(defaultWarehouse === undefined ? {} : { defaultWarehouse: defaultWarehouse.toUpperCase() }),
    };
  });
}

export interface LoginRequest {
  readonly LOGIN_NAME?: string;
  readonly PASSWORD?: string;
  readonly AUTHENTICATOR?: string;
  readonly TOKEN?: string;
}

/** @returns the user, or what Snowflake would say */
export function signIn(
  users: readonly EndpointUser[],
  account: string,
  login: LoginRequest,
): EndpointUser | string {
  const { AUTHENTICATOR: authenticator = 'SNOWFLAKE', TOKEN: token, PASSWORD: password } = login;
  const named = users.find(({ name }) => name.toUpperCase() === login.LOGIN_NAME?.toUpperCase());
  switch (authenticator) {
    case 'SNOWFLAKE':
      return named?.password !== undefined && named.password === password
        ? named
        : 'Incorrect username or password was specified.';
    case 'SNOWFLAKE_JWT':
      return named !== undefined &&
        [named.publicKey, named.publicKey2].some(
          (key) => key !== undefined && isSignedBy(named, key, account, token ?? ''),
        )
        ? named
        : 'JWT token is invalid.';
    case 'PROGRAMMATIC_ACCESS_TOKEN':
      if (named?.programmaticAccessToken === undefined || named.programmaticAccessToken !== token)
        return 'Programmatic access token is invalid.';
      return named.networkPolicy === undefined ? 'Network policy is required.' : named;
    case 'OAUTH':
      return (
        users.find(({ oauthToken }) => oauthToken !== undefined && oauthToken === token) ??
        'Invalid OAuth access token.'
      );
    default:
      return `Authenticator ${authenticator} is not supported by the test endpoint.`;
  }
}

/** RS256, the right issuer and subject, not expired. The Node client counts in milliseconds, the Python one in seconds. */
function isSignedBy({ name }: EndpointUser, publicKey: string, account: string, token: string): boolean {
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return false;
  const key = createPublicKey(publicKey);
  const signed = Buffer.from(`${header}.${payload}`);
  const { alg } = decoded(header) as { alg?: string };
  if (alg !== 'RS256' || !verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return false;
  const claims = decoded(payload) as { iss?: string; sub?: string; exp?: number };
  const subject = `${account}.${name}`.toUpperCase();
  const fingerprint = createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64');
  return (
    claims.sub === subject &&
    claims.iss === `${subject}.SHA256:${fingerprint}` &&
    typeof claims.exp === 'number' &&
    (claims.exp < 1e11 ? claims.exp * 1000 : claims.exp) > Date.now()
  );
}

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}
