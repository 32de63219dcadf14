import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const CLIENT = { clientId: 'churn', clientSecret: 'a secret that only the two of us know' };

/** People who can log in, by user name; any password will do. */
const PEOPLE: Readonly<Record<string, { readonly groups: readonly string[] }>> = {
  ana: { groups: ['cs-acme'] },
  boris: { groups: ['marketing'] },
};

export interface IdentityProvider {
  readonly issuer: URL;
  stop(): Promise<void>;
}

/** A certified OpenID provider on loopback, with its own pages for logging in. */
export async function startIdentityProvider(publicUrl: string): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const provider = new Provider(issuer.origin, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [`${publicUrl}/session/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    cookies: { keys: ['not for anything that matters'] },
    pkce: { required: () => true },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, name: sub, groups: PEOPLE[sub]?.groups ?? [] }),
    }),
  });
  server.on('request', provider.callback());
  return { issuer, stop: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
