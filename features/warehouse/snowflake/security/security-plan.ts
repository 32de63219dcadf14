import type { TenantId } from '../../../contract/tenant-id.ts';
import type { Relation, TableDefinition } from '../../warehouse.ts';
import { CONTROL_SCHEMA, MODEL_STAGE, MODEL_STATES, TENANT_ROWS } from '../control-schema.ts';

/**
 * A privilege of a role. `all` holds for what a schema contains when it is granted, `future` for what it will contain:
 * neither covers the other.
 */
export interface Grant {
  readonly role: string;
  readonly privilege: string;
  readonly on: 'DATABASE' | 'WAREHOUSE' | 'SCHEMA' | 'TABLE' | 'VIEW' | 'STAGE' | 'ROW ACCESS POLICY';
  /** Without the database; a schema's name with a scope. */
  readonly name: string;
  readonly scope?: 'all' | 'future';
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
  /** Tables that the definitions make; those with a tenant_id get the policy in the statement that makes them. */
  readonly tables: readonly TableDefinition[];
  /** Those of them that nobody outside the plan may use. A landing's tables have a writer of their own. */
  readonly ours: readonly Relation[];
  /** Relations, including dbt's, that must never be without the policy. */
  readonly guarded: readonly Relation[];
  readonly grants: readonly Grant[];
  /** What each role reads in its work, as full names without the database. */
  readonly reads: readonly { readonly role: string; readonly relation: string }[];
  /** Columns of current_risk, which a tenant's view names one by one. */
  readonly riskColumns: readonly string[];
  /** Whether RAW.TENANT_SCHEMAS says in which schemas rows land. */
  readonly hasTenantSchemas: boolean;
}

/** How rows reach the raw layer. */
export type Landing = 'shared' | 'schema_per_tenant' | 'kafka';

export interface SecurityScope {
  readonly database: string;
  readonly warehouse: string;
  /** Tables of the scores mart. */
  readonly tables: readonly TableDefinition[];
  /** Those of them that say what services read again. */
  readonly runs: TableDefinition;
  /** That one of them that records imports. */
  readonly imports: TableDefinition;
  /** Tables of the raw layer, except those that only a landing can make. */
  readonly raw: readonly TableDefinition[];
  /** Tables in which rows land, in the raw schema or in those of tenants. */
  readonly landed: readonly Relation[];
  /** Schemas of tenants in which rows land. */
  readonly landingSchemas: readonly string[];
  readonly landing: Landing;
  /** The record of what was erased, in the raw layer. */
  readonly erasures: TableDefinition;
  /** dbt's marts and views with a tenant_id. */
  readonly marts: readonly Relation[];
  readonly riskColumns: readonly string[];
  readonly tenantIds: readonly TenantId[];
}

export const READER = 'CHURN_READER';
export const BATCH_WRITER = 'CHURN_BATCH';
export const TRANSFORMER = 'CHURN_TRANSFORMER';
/** Brings files and settings into the raw layer, and asks for as-of dates. */
export const IMPORTER = 'CHURN_IMPORTER';
/** Deletes an account's or a tenant's rows wherever they are; nobody needs it between two erasures. */
export const ERASER = 'CHURN_ERASER';
/** Roles that see every tenant's rows. */
export const CROSS_TENANT_ROLES = [READER, BATCH_WRITER, TRANSFORMER, IMPORTER, ERASER] as const;

/**
 * Every role of the plan is granted to it. ACCOUNTADMIN sees an object only through roles that it holds, so that without
 * this the administrator could not make a view over what dbt builds.
 */
export const ADMINISTRATOR = 'SYSADMIN';

/** After this idle time the warehouse is suspended and costs nothing. */
export const AUTO_SUSPEND_SECONDS = 60;

/** Where rows that name an account are kept as tables, beside the scores mart. */
const HOLDING_ROWS = ['RAW', 'STAGING', 'INTERMEDIATE', 'ANALYTICS'];

const BUILT_BY_DBT = ['STAGING', 'INTERMEDIATE', 'ANALYTICS', 'REFERENCE', 'SCORES'];

export function securityPlan(scope: SecurityScope): SecurityPlan {
  const { database, warehouse, tables, marts, raw } = scope;
  const tenants = scope.tenantIds.map(tenantAccess);
  const landed = scope.landed.map(upperName);
  const ours = [...tables, ...raw].filter(({ relation }) => !landed.includes(upperName(relation)));
  const grants: Grant[] = [];
  const grant = (role: string, on: Grant['on'], name: string, ...privileges: string[]) => {
    for (const privilege of privileges) grants.push({ role, privilege, on, name });
  };
  const every = (role: string, on: 'TABLE' | 'VIEW', schema: string, ...privileges: string[]) => {
    for (const privilege of privileges)
      for (const each of ['all', 'future'] as const)
        grants.push({ role, privilege, on, name: schema, scope: each });
  };

  for (const role of [...CROSS_TENANT_ROLES, ...tenants.map(({ role }) => role)]) {
    grant(role, 'DATABASE', database, 'USAGE');
    grant(role, 'WAREHOUSE', warehouse, 'USAGE');
  }
  for (const schema of ['ANALYTICS', 'SCORES']) {
    grant(READER, 'SCHEMA', schema, 'USAGE');
    every(READER, 'TABLE', schema, 'SELECT');
    every(READER, 'VIEW', schema, 'SELECT');
    grant(BATCH_WRITER, 'SCHEMA', schema, 'USAGE');
  }
  every(BATCH_WRITER, 'TABLE', 'ANALYTICS', 'SELECT');
  every(BATCH_WRITER, 'VIEW', 'ANALYTICS', 'SELECT');
  for (const role of [READER, BATCH_WRITER]) {
    grant(role, 'SCHEMA', CONTROL_SCHEMA, 'USAGE');
    grant(role, 'STAGE', MODEL_STAGE, 'READ');
    grant(role, 'TABLE', MODEL_STATES, 'SELECT');
  }
  grant(BATCH_WRITER, 'STAGE', MODEL_STAGE, 'WRITE');
  grant(BATCH_WRITER, 'TABLE', MODEL_STATES, 'INSERT', 'UPDATE');
  for (const { relation } of tables) {
    const name = upperName(relation);
    grant(READER, 'TABLE', name, 'SELECT');
    grant(BATCH_WRITER, 'TABLE', name, 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
    grant(TRANSFORMER, 'TABLE', name, 'SELECT');
  }
  // Whoever runs the definitions makes the raw tables, also in a schema that the loader made.
  grant(ADMINISTRATOR, 'SCHEMA', 'RAW', 'USAGE', 'CREATE TABLE');
  for (const schema of ['RAW', ...scope.landingSchemas]) {
    grant(TRANSFORMER, 'SCHEMA', schema, 'USAGE');
    every(TRANSFORMER, 'TABLE', schema, 'SELECT');
  }
  for (const schema of BUILT_BY_DBT)
    grant(TRANSFORMER, 'SCHEMA', schema, 'USAGE', 'CREATE TABLE', 'CREATE VIEW');
  grant(TRANSFORMER, 'SCHEMA', CONTROL_SCHEMA, 'USAGE');
  grant(TRANSFORMER, 'ROW ACCESS POLICY', TENANT_ROWS, 'APPLY');
  grant(IMPORTER, 'SCHEMA', 'RAW', 'USAGE');
  for (const table of raw)
    if (table !== scope.erasures)
      grant(IMPORTER, 'TABLE', upperName(table.relation), 'SELECT', 'INSERT', 'UPDATE');
  grant(IMPORTER, 'SCHEMA', 'SCORES', 'USAGE');
  grant(IMPORTER, 'TABLE', upperName(scope.imports.relation), 'SELECT', 'INSERT', 'UPDATE');
  for (const schema of HOLDING_ROWS) {
    grant(ERASER, 'SCHEMA', schema, 'USAGE');
    every(ERASER, 'TABLE', schema, 'SELECT', 'DELETE');
  }
  grant(ERASER, 'SCHEMA', 'SCORES', 'USAGE');
  for (const { relation } of tables) grant(ERASER, 'TABLE', upperName(relation), 'SELECT', 'DELETE');
  grant(ERASER, 'TABLE', upperName(scope.runs.relation), 'INSERT', 'UPDATE');
  grant(ERASER, 'TABLE', upperName(scope.erasures.relation), 'SELECT', 'INSERT', 'UPDATE');
  for (const { role, schema } of tenants) {
    grant(role, 'SCHEMA', schema, 'USAGE');
    grant(role, 'VIEW', `${schema}.CURRENT_RISK`, 'SELECT');
  }
  return {
    database,
    warehouse,
    roles: [...CROSS_TENANT_ROLES, ...tenants.map(({ role }) => role)],
    tenants,
    tables: [...tables, ...raw],
    ours: ours.map(({ relation }) => relation),
    guarded: [...ours.filter(isGuarded).map(({ relation }) => relation), ...marts],
    grants,
    reads: [
      ...reading(READER, [...marts.map(upperName), MODEL_STATES]),
      ...reading(BATCH_WRITER, [
        ...marts.filter(({ schema }) => schema === 'analytics').map(upperName),
        MODEL_STATES,
      ]),
      ...reading(TRANSFORMER, [...raw.map(({ relation }) => upperName(relation)), ...landed]),
      ...tenants.flatMap(({ role, schema }) => reading(role, [`${schema}.CURRENT_RISK`])),
    ],
    riskColumns: scope.riskColumns,
    hasTenantSchemas: scope.landing === 'schema_per_tenant',
  };
}

function reading(role: string, relations: readonly string[]): SecurityPlan['reads'] {
  return [...new Set(relations)].map((relation) => ({ role, relation }));
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
