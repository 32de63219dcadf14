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

/** Which schema each tenant's rows land in, where they do not share one. */
export const TENANT_SCHEMAS = 'RAW.TENANT_SCHEMAS';

/**
 * A name as Snowflake reads it: in upper case, unless it is in double quotes; undefined for what is no name.
 *
 * @example foldedName('churn') // 'CHURN'
 */
export function foldedName(written: string): string | undefined {
  if (/^[a-z_][a-z0-9_$]*$/i.test(written)) return written.toUpperCase();
  return /^"(?:[^"]|"")+"$/.test(written) ? written.slice(1, -1).replaceAll('""', '"') : undefined;
}

/** @example quotedName('TENANT_acme-1.CURRENT_RISK') // '"TENANT_acme-1"."CURRENT_RISK"' */
export function quotedName(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
