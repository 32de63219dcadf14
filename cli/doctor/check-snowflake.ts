import { Failure } from '../../features/contract/failure.ts';
import type { SecurityPlan } from '../../features/warehouse/snowflake/security/security-plan.ts';
import type { SnowflakeConfiguration } from '../configuration/snowflake-configuration.ts';
import type { Finding } from './finding.ts';

/** Signs in and compares the account's roles, grants and policies with the plan. */
export async function checkSnowflake(
  configuration: SnowflakeConfiguration,
  plan: SecurityPlan,
): Promise<readonly Finding[]> {
  const { SnowflakeSession } = await import('../../features/warehouse/snowflake/snowflake-session.ts');
  const { verifySecurity } = await import('../../features/warehouse/snowflake/security/verify-security.ts');
  const { account, user, role } = configuration;
  const signedIn = (state: Finding['state'], says: string): Finding => ({
    check: 'snowflake',
    state,
    says,
    details: { account, user, role },
  });
  try {
    const session = await SnowflakeSession.open({ ...configuration, queryTag: 'churn doctor' });
    try {
      const { checked, gaps } = await verifySecurity(session, plan);
      const summary: Finding = {
        check: 'security',
        state: gaps.length === 0 ? 'good' : 'broken',
        says: `${checked - gaps.length} of ${checked} roles, grants, mappings and policies are as planned`,
        details: { checked, gaps },
      };
      return [
        signedIn('good', `${user} signs in to ${account} as ${role}`),
        summary,
        ...gaps.map(
          ({ object, what, remedy }): Finding => ({
            check: 'security',
            state: 'broken',
            says: `${object} ${what}; ${remedy}`,
            details: { object, what, remedy },
          }),
        ),
      ];
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [signedIn('broken', error.message)];
  }
}
