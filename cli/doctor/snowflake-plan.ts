import type { TenantId } from '../../features/contract/tenant-id.ts';
import {
  accounts,
  erasures,
  platformEvents,
  RAW_TABLES,
  subscriptions,
  supportTickets,
} from '../../features/ingest/raw-tables.ts';
import { readMartsManifest } from '../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../features/settings/default-settings.ts';
import {
  type Landing,
  type SecurityPlan,
  securityPlan,
} from '../../features/warehouse/snowflake/security/security-plan.ts';
import { SCORES_TABLES } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { importRuns } from '../../serving/scores-mart/import-runs.ts';
import { nightSteps } from '../../serving/scores-mart/night-steps.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';

const READ_BY_OTHERS = ['analytics', 'scores'];
/** Tables that land from outside, in the one raw schema or in schemas of tenants, or as a connector's records. */
const LANDED = [platformEvents, accounts, subscriptions, supportTickets];

export interface SnowflakePlace {
  readonly database: string;
  readonly warehouse: string;
  readonly landing?: Landing | undefined;
  /** Schemas of tenants in which rows land. */
  readonly landingSchemas?: readonly string[] | undefined;
}

/** What the account should be like: every table and view with a tenant_id that anybody but dbt reads is guarded. */
export function snowflakePlan(
  { database, warehouse, landing = 'shared', landingSchemas = [] }: SnowflakePlace,
  tenantIds: readonly TenantId[],
): SecurityPlan {
  const models = readMartsManifest(defaultSettings()).models;
  const marts = models
    .filter(
      ({ schema, columns }) =>
        READ_BY_OTHERS.includes(schema) && columns.some(({ name }) => name === 'tenant_id'),
    )
    .map(({ schema, name }) => ({ schema, name }));
  const currentRisk = models.find(({ schema, name }) => schema === 'scores' && name === 'current_risk')!;
  return securityPlan({
    database,
    warehouse,
    landing,
    landingSchemas,
    tables: [...SCORES_TABLES, nightSteps],
    runs: scoreRuns,
    imports: importRuns,
    raw: landing === 'shared' ? RAW_TABLES : RAW_TABLES.filter((table) => !LANDED.includes(table)),
    landed: LANDED.flatMap(({ relation }) =>
      landing === 'schema_per_tenant'
        ? landingSchemas.map((schema) => ({ ...relation, schema }))
        : [relation],
    ),
    erasures,
    marts,
    riskColumns: currentRisk.columns.map(({ name }) => name),
    tenantIds,
  });
}
