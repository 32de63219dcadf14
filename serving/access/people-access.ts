import { randomBytes } from 'node:crypto';
import { type AccessRules, readAccessRules } from './access-rules.ts';
import { createOidcLogin, type OidcLogin, type OidcProvider } from './oidc-login.ts';
import { createSessions, type Sessions } from './sessions.ts';

/** An identity provider as configuration names it. */
export interface OidcSettings extends OidcProvider {
  /** Where people reach the service. */
  readonly publicUrl: URL;
  /** The file that says which claims open which tenants. */
  readonly accessRulesFile: string;
  /** Signs sessions. Without one they end with the process, and replicas do not know each other's. */
  readonly sessionSecret: string | undefined;
}

/** How people log in at the identity provider. @throws BadInput for access rules that cannot be read */
export async function peopleAccess(
  settings: OidcSettings,
  clock: () => Date,
): Promise<{ readonly sessions: Sessions; readonly oidc: OidcLogin }> {
  const rules: AccessRules = await readAccessRules(settings.accessRulesFile);
  const secret = settings.sessionSecret ?? randomBytes(48).toString('base64url');
  const sessions = createSessions({ secret, clock });
  const { publicUrl } = settings;
  return {
    sessions,
    oidc: createOidcLogin({ provider: settings, rules, sessions, publicUrl, secret, clock }),
  };
}
