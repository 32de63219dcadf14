import type { TenantId } from '../../../contract/tenant-id.ts';
import type { Relation, TableDefinition } from '../../warehouse.ts';
import { CONTROL_SCHEMA, MODEL_STAGE, MODEL_STATES, TENANT_ROWS } from '../control-schema.ts';

/** A privilege of a role. A `future` one holds for everything that a schema will contain, such as tables dbt rebuilds. */
export interface Grant {
  readonly role: string;
  readonly privilege: string;
  readonly on: 'DATABASE' | 'WAREHOUSE' | 'SCHEMA' | 'TABLE' | 'VIEW' | 'STAGE' | 'ROW ACCESS POLICY';
  /** Without the database; a schema's name where `future`. */
  readonly name: string;
  readonly future?: true;
}

/** A role that sees one tenant, through a view in a schema of the tenant's own. */
export interface TenantAccess {
  readonly tenantId: TenantId;
  readonly role: string;
  readonly schema: string;
}

/** Who may do what in Snowflake. The definitions are made from it, and an account is checked against it. */
export interface SecurityPlan {
  readonly database: string;
  readonly warehouse: string;
  readonly roles: readonly string[];
  readonly tenants: readonly TenantAccess[];
  /** Tables that the application writes; those with a tenant_id are made with the policy attached. */
  readonly tables: readonly TableDefinition[];
  /** Relations, including dbt's, that must never be without the policy. */
  readonly guarded: readonly Relation[];
  readonly grants: readonly Grant[];
}

export interface SecurityScope {
  readonly database: string;
  readonly warehouse: string;
  /** Tables of the scores mart. */
  readonly tables: readonly TableDefinition[];
  /** Those of them that say what services read again. */
  readonly runs: TableDefinition;
  /** The record of what was erased, in the raw layer. */
  readonly erasures: TableDefinition;
  /** dbt's marts and views with a tenant_id. */
  readonly marts: readonly Relation[];
  readonly tenantIds: readonly TenantId[];
}

export const READER = 'CHURN_READER';
export const BATCH_WRITER = 'CHURN_BATCH';
export const TRANSFORMER = 'CHURN_TRANSFORMER';
/** Deletes an account's or a tenant's rows wherever they are; nobody needs it between two erasures. */
export const ERASER = 'CHURN_ERASER';
/** Roles that see every tenant's rows. */
export const CROSS_TENANT_ROLES = [READER, BATCH_WRITER, TRANSFORMER, ERASER] as const;

/** After this idle time the warehouse is suspended and costs nothing. */
export const AUTO_SUSPEND_SECONDS = 60;

/** Where rows that name an account are kept as tables, beside the scores mart. */
const HOLDING_ROWS = ['RAW', 'STAGING', 'INTERMEDIATE', 'ANALYTICS'];

const BUILT_BY_DBT = ['STAGING', 'INTERMEDIATE', 'ANALYTICS', 'REFERENCE', 'SCORES'];

export function securityPlan(scope: SecurityScope): SecurityPlan {
  const { database, warehouse, tables, marts } = scope;
  const tenants = scope.tenantIds.map(tenantAccess);
  const grants: Grant[] = [];
  const grant = (role: string, on: Grant['on'], name: string, ...privileges: string[]) => {
    for (const privilege of privileges) grants.push({ role, privilege, on, name });
  };
  const future = (role: string, on: 'TABLE' | 'VIEW', schema: string, privilege: string) => {
    grants.push({ role, privilege, on, name: schema, future: true });
  };

  for (const role of [...CROSS_TENANT_ROLES, ...tenants.map(({ role }) => role)]) {
    grant(role, 'DATABASE', database, 'USAGE');
    grant(role, 'WAREHOUSE', warehouse, 'USAGE');
  }
  for (const schema of ['ANALYTICS', 'SCORES']) {
    grant(READER, 'SCHEMA', schema, 'USAGE');
    future(READER, 'TABLE', schema, 'SELECT');
    future(READER, 'VIEW', schema, 'SELECT');
    grant(BATCH_WRITER, 'SCHEMA', schema, 'USAGE');
  }
  future(BATCH_WRITER, 'TABLE', 'ANALYTICS', 'SELECT');
  grant(BATCH_WRITER, 'SCHEMA', CONTROL_SCHEMA, 'USAGE');
  grant(BATCH_WRITER, 'STAGE', MODEL_STAGE, 'READ', 'WRITE');
  grant(BATCH_WRITER, 'TABLE', MODEL_STATES, 'SELECT', 'INSERT', 'UPDATE');
  for (const { relation } of tables) {
    const name = upperName(relation);
    grant(READER, 'TABLE', name, 'SELECT');
    grant(BATCH_WRITER, 'TABLE', name, 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
    grant(TRANSFORMER, 'TABLE', name, 'SELECT');
  }
  grant(TRANSFORMER, 'SCHEMA', 'RAW', 'USAGE');
  future(TRANSFORMER, 'TABLE', 'RAW', 'SELECT');
  for (const schema of BUILT_BY_DBT)
    grant(TRANSFORMER, 'SCHEMA', schema, 'USAGE', 'CREATE TABLE', 'CREATE VIEW');
  grant(TRANSFORMER, 'SCHEMA', CONTROL_SCHEMA, 'USAGE');
  grant(TRANSFORMER, 'ROW ACCESS POLICY', TENANT_ROWS, 'APPLY');
  for (const schema of HOLDING_ROWS) {
    grant(ERASER, 'SCHEMA', schema, 'USAGE');
    future(ERASER, 'TABLE', schema, 'SELECT');
    future(ERASER, 'TABLE', schema, 'DELETE');
  }
  grant(ERASER, 'SCHEMA', 'SCORES', 'USAGE');
  for (const { relation } of tables) grant(ERASER, 'TABLE', upperName(relation), 'SELECT', 'DELETE');
  grant(ERASER, 'TABLE', upperName(scope.runs.relation), 'INSERT', 'UPDATE');
  grant(ERASER, 'TABLE', upperName(scope.erasures.relation), 'SELECT', 'INSERT', 'UPDATE');
  grant(TRANSFORMER, 'TABLE', upperName(scope.erasures.relation), 'SELECT');
  for (const { role, schema } of tenants) {
    grant(role, 'SCHEMA', schema, 'USAGE');
    grant(role, 'VIEW', `${schema}.CURRENT_RISK`, 'SELECT');
  }
  return {
    database,
    warehouse,
    roles: [...CROSS_TENANT_ROLES, ...tenants.map(({ role }) => role)],
    tenants,
    tables: [...tables, scope.erasures],
    guarded: [...[...tables, scope.erasures].filter(isGuarded).map(({ relation }) => relation), ...marts],
    grants,
  };
}

/** Whether a table holds tenants' rows; one that does not is the same for every reader. */
export function isGuarded({ columns }: TableDefinition): boolean {
  return columns.some(({ name }) => name === 'tenant_id');
}

/** Tenant ids keep their case: `acme` and `ACME` are two tenants. */
function tenantAccess(tenantId: TenantId): TenantAccess {
  return { tenantId, role: `CHURN_TENANT_${tenantId}`, schema: `TENANT_${tenantId}` };
}

export function upperName({ schema, name }: Relation): string {
  return `${schema}.${name}`.toUpperCase();
}
