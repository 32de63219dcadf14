/** The schema of what the application keeps for itself: who sees which tenant, and its models. */
export const CONTROL_SCHEMA = 'CHURN';
/** Which tenants each role sees. */
export const ROLE_TENANTS = `${CONTROL_SCHEMA}.ROLE_TENANTS`;
/** The row access policy of every table with a tenant_id. */
export const TENANT_ROWS = `${CONTROL_SCHEMA}.TENANT_ROWS`;
/** The stage that holds model files. */
export const MODEL_STAGE = `${CONTROL_SCHEMA}.MODELS`;
/** One row per model, which versions there are, and one per scope, who served it. */
export const MODEL_STATES = `${CONTROL_SCHEMA}.MODEL_STATES`;

/** @example quotedName('TENANT_acme-1.CURRENT_RISK') // '"TENANT_acme-1"."CURRENT_RISK"' */
export function quotedName(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
