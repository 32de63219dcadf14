import type { TenantId } from '../../features/contract/tenant-id.ts';
import { erasures } from '../../features/ingest/raw-tables.ts';
import { readMartsManifest } from '../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../features/settings/default-settings.ts';
import {
  type SecurityPlan,
  securityPlan,
} from '../../features/warehouse/snowflake/security/security-plan.ts';
import { SCORES_TABLES } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';

const READ_BY_OTHERS = ['analytics', 'scores'];

/** What the account should be like: every table and view with a tenant_id that anybody but dbt reads is guarded. */
export function snowflakePlan(
  { database, warehouse }: { readonly database: string; readonly warehouse: string },
  tenantIds: readonly TenantId[],
): SecurityPlan {
  const marts = readMartsManifest(defaultSettings())
    .models.filter(
      ({ schema, columns }) =>
        READ_BY_OTHERS.includes(schema) && columns.some(({ name }) => name === 'tenant_id'),
    )
    .map(({ schema, name }) => ({ schema, name }));
  return securityPlan({
    database,
    warehouse,
    tables: SCORES_TABLES,
    runs: scoreRuns,
    erasures,
    marts,
    tenantIds,
  });
}
