import { issueToken } from '../../serving/access/issue-token.ts';
import type { CommandContext } from './command-context.ts';
import { localSecret } from './local-secret.ts';

const VALID_SECONDS = 12 * 3600;

/** A token that `churn serve` on this machine takes. */
export function demoToken({ configuration, clock }: CommandContext): Promise<string> {
  return issueToken({
    secret: configuration.jwtSecret ?? localSecret(configuration.home),
    subject: 'demo',
    tenants: '*',
    validSeconds: VALID_SECONDS,
    clock,
    issuer: configuration.jwtIssuer,
    audience: configuration.jwtAudience,
  });
}
