import { createHash } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import { type AccessRules, accessOf, type Claims } from './access-rules.ts';
import { isLoopback } from './loopback.ts';
import type { Sessions } from './sessions.ts';

export interface OidcProvider {
  readonly issuer: URL;
  readonly clientId: string;
  /** Undefined for a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined;
  /** Asked for besides `openid`, such as `email groups`. */
  readonly scope: string;
}

export interface OidcLoginOptions {
  readonly provider: OidcProvider;
  readonly rules: AccessRules;
  readonly sessions: Sessions;
  /** Where people reach the service: the provider sends them back there. */
  readonly publicUrl: URL;
  /** Encrypts what a log-in must remember until the person comes back. */
  readonly secret: string;
  readonly clock: () => Date;
}

/** A log-in under way. The browser keeps it, encrypted, so that any replica can end it. */
export interface PendingLogin {
  /** Of the cookie: one for each log-in, so that two open tabs do not end each other's. */
  readonly name: string;
  readonly value: string;
  readonly seconds: number;
}

/** Logging in at an identity provider: authorization code with PKCE, state and nonce. */
export interface OidcLogin {
  /** @throws LoginFailed when the provider cannot be reached */
  begin(returnTo: string): Promise<{ readonly url: URL; readonly pending: PendingLogin }>;
  /** The name of the cookie that an answer of the provider belongs to. */
  cookieOf(answer: URL): string;
  /** @throws LoginFailed when the provider refused, nothing was begun here, or no rule opens a tenant */
  finish(
    answer: URL,
    pending: string | undefined,
  ): Promise<{ readonly session: string; readonly returnTo: string }>;
}

/** A log-in that did not succeed, in words for the person at the browser. */
export class LoginFailed extends Error {
  readonly status: 401 | 403 | 503;

  constructor(status: LoginFailed['status'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export const CALLBACK_PATH = '/session/callback';
const LOGIN_SECONDS = 600;

const pendingSchema = z.object({
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  returnTo: z.string(),
});

export function createOidcLogin(options: OidcLoginOptions): OidcLogin {
  const { provider, rules, sessions, publicUrl, secret, clock } = options;
  const key = createHash('sha256').update(`log-ins under way ${secret}`).digest();
  const redirectUri = new URL(CALLBACK_PATH, publicUrl).href;
  let discovered: Promise<Configuration> | null = null;

  /** A provider that was out of reach is asked again the next time. */
  async function configuration(): Promise<Configuration> {
    discovered ??= discover(provider);
    try {
      return await discovered;
    } catch (error) {
      discovered = null;
      throw new LoginFailed(503, 'The identity provider cannot be reached. Try again in a minute.', {
        cause: error,
      });
    }
  }

  return {
    async begin(returnTo) {
      const client = await configuration();
      const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
      const url = buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: `openid ${provider.scope}`.trim(),
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const now = Math.floor(clock().getTime() / 1000);
      const value = await new EncryptJWT({ verifier, state, nonce, returnTo })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(now + LOGIN_SECONDS)
        .encrypt(key);
      return { url, pending: { name: cookieName(state), value, seconds: LOGIN_SECONDS } };
    },

    cookieOf: (answer) => cookieName(answer.searchParams.get('state') ?? ''),

    async finish(answer, pending) {
      const begun = await readPending(pending, key, clock);
      if (begun === null)
        throw new LoginFailed(401, 'This log-in was not begun in this browser, or long ago. Log in again.');
      const client = await configuration();
      const { subject, claims } = await claimsFrom(client, new URL(redirectUri + answer.search), begun);
      const access = accessOf(rules, claims);
      if (access === null)
        throw new LoginFailed(
          403,
          `No tenant is open to you. Ask your platform team to list one of the values of “${rules.claim}” that your identity provider sends.`,
        );
      return { session: await sessions.begin({ subject, ...access }), returnTo: begun.returnTo };
    },
  };
}

function discover({ issuer, clientId, clientSecret }: OidcProvider): Promise<Configuration> {
  // Configuration admits plain HTTP for a provider on this machine only.
  const execute = isLoopback(issuer.hostname) && issuer.protocol === 'http:' ? [allowInsecureRequests] : [];
  return discovery(issuer, clientId, clientSecret, undefined, { execute, timeout: 10 });
}

/** What the provider says of whoever came back, from the ID token and, where there is more, the userinfo endpoint. */
async function claimsFrom(
  client: Configuration,
  answer: URL,
  { verifier, state, nonce }: z.infer<typeof pendingSchema>,
): Promise<{ subject: string; claims: Claims }> {
  try {
    const tokens = await authorizationCodeGrant(client, answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const idToken = tokens.claims()!;
    const more =
      client.serverMetadata().userinfo_endpoint === undefined
        ? {}
        : await fetchUserInfo(client, tokens.access_token, idToken.sub);
    return { subject: idToken.sub, claims: { ...more, ...idToken } };
  } catch (error) {
    if (error instanceof AuthorizationResponseError)
      throw new LoginFailed(401, `The identity provider did not log you in (${error.error}).`, {
        cause: error,
      });
    throw new LoginFailed(401, 'The identity provider’s answer could not be verified. Log in again.', {
      cause: error,
    });
  }
}

async function readPending(
  value: string | undefined,
  key: Uint8Array,
  clock: () => Date,
): Promise<z.infer<typeof pendingSchema> | null> {
  if (value === undefined) return null;
  try {
    const { payload } = await jwtDecrypt(value, key, { currentDate: clock() });
    return pendingSchema.parse(payload);
  } catch {
    return null;
  }
}

function cookieName(state: string): string {
  return `churn_login_${createHash('sha256').update(state).digest('hex').slice(0, 12)}`;
}
