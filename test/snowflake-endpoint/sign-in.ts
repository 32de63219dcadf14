import { createHash, createPublicKey, verify } from 'node:crypto';

/** Someone who may sign in; each credential that is given is a way in. */
export interface EndpointUser {
  readonly name: string;
  readonly password?: string;
  /** PEM. */
  readonly publicKey?: string;
  readonly programmaticAccessToken?: string;
  readonly oauthToken?: string;
  readonly roles: readonly string[];
  readonly defaultRole: string;
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
      return named?.publicKey !== undefined && isSignedBy(named, account, token ?? '')
        ? named
        : 'JWT token is invalid.';
    case 'PROGRAMMATIC_ACCESS_TOKEN':
      return named?.programmaticAccessToken !== undefined && named.programmaticAccessToken === token
        ? named
        : 'Programmatic access token is invalid.';
    case 'OAUTH':
      return (
        users.find(({ oauthToken }) => oauthToken !== undefined && oauthToken === token) ??
        'Invalid OAuth access token.'
      );
    default:
      return `Authenticator ${authenticator} is not supported by the test endpoint.`;
  }
}

/** RS256, the right issuer and subject, not expired. Snowflake's Node client counts in milliseconds. */
function isSignedBy({ name, publicKey }: EndpointUser, account: string, token: string): boolean {
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return false;
  const key = createPublicKey(publicKey!);
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
    claims.exp > Date.now()
  );
}

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}
