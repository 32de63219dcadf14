import { resolve } from 'node:path';
import { z } from 'zod';
import { BadInput } from '../../features/contract/failure.ts';
import { isLoopback } from '../../serving/access/loopback.ts';
import type { OidcSettings } from '../../serving/access/people-access.ts';

/** Where people log in. */
export const oidcVariables = {
  /** Address of the identity provider, as its tokens name it. Without it people log in with tokens. */
  CHURN_OIDC_ISSUER: z.url('is not an address such as https://login.example.com').optional(),
  /** What this service is registered as there. */
  CHURN_OIDC_CLIENT_ID: z.string().min(1).optional(),
  /** None for a public client. */
  CHURN_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Scopes asked for besides `openid`. */
  CHURN_OIDC_SCOPE: z.string().default('profile email'),
  /** YAML file that says which claims open which tenants. */
  CHURN_ACCESS_RULES: z.string().min(1).optional(),
  /** Where people reach the service, such as https://churn.example.com. */
  CHURN_PUBLIC_URL: z.url('is not an address such as https://churn.example.com').optional(),
  /** Signs sessions; the same on every replica. */
  CHURN_SESSION_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
};

type OidcVariables = z.infer<z.ZodObject<typeof oidcVariables>>;

/** Null where no provider is configured. @throws BadInput for half a configuration, and for addresses without TLS */
export function oidcConfiguration(variables: OidcVariables, home: string): OidcSettings | null {
  const {
    CHURN_OIDC_ISSUER: issuer,
    CHURN_OIDC_CLIENT_ID: clientId,
    CHURN_PUBLIC_URL: publicUrl,
  } = variables;
  if (issuer === undefined) {
    if (clientId === undefined) return null;
    throw missing('CHURN_OIDC_ISSUER', 'CHURN_OIDC_CLIENT_ID');
  }
  if (clientId === undefined) throw missing('CHURN_OIDC_CLIENT_ID', 'CHURN_OIDC_ISSUER');
  if (publicUrl === undefined) throw missing('CHURN_PUBLIC_URL', 'CHURN_OIDC_ISSUER');
  return {
    issuer: withTls('CHURN_OIDC_ISSUER', issuer),
    clientId,
    clientSecret: variables.CHURN_OIDC_CLIENT_SECRET,
    scope: variables.CHURN_OIDC_SCOPE,
    publicUrl: withTls('CHURN_PUBLIC_URL', publicUrl),
    accessRulesFile: resolve(variables.CHURN_ACCESS_RULES ?? resolve(home, 'access.yaml')),
    sessionSecret: variables.CHURN_SESSION_SECRET,
  };
}

function missing(variable: string, because: string): BadInput {
  return new BadInput({
    where: variable,
    what: `it is missing, and ${because} is set`,
    remedy: `set it as docs/logging-in.md shows, or unset ${because}`,
  });
}

function withTls(variable: string, address: string): URL {
  const url = new URL(address);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new BadInput({
    where: variable,
    what: 'log-ins without TLS can be stolen',
    remedy: 'give an https address',
  });
}
