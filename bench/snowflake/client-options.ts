import type { SnowflakeOptions } from '../../features/warehouse/snowflake/snowflake-options.ts';
import { BATCH_USER } from '../../test/snowflake-endpoint/open-test-warehouse.ts';

/** The real client, signed in to an endpoint as the night is. */
export function clientOptions(accessUrl: string): SnowflakeOptions {
  return {
    account: 'bench',
    accessUrl,
    user: BATCH_USER.name,
    credentials: { kind: 'password', password: BATCH_USER.password },
    role: BATCH_USER.defaultRole,
    queryTag: 'churn bench',
    rowAccessPolicy: null,
  };
}
