import type { TableDefinition } from '../../warehouse.ts';
import {
  CONTROL_SCHEMA,
  MODEL_STAGE,
  MODEL_STATES,
  quotedName,
  ROLE_TENANTS,
  TENANT_ROWS,
  TENANT_SCHEMAS,
} from '../control-schema.ts';
import { snowflakeColumnDdl } from '../snowflake-types.ts';
import {
  ADMINISTRATOR,
  AUTO_SUSPEND_SECONDS,
  CROSS_TENANT_ROLES,
  type Grant,
  isGuarded,
  type SecurityPlan,
  upperName,
} from './security-plan.ts';

/**
 * What the policy says. An account whose policy says something else fails the check. Snowflake documents lookups by
 * equality only, so there is one for the row's tenant and one for roles that see all of them; and its names are full ones.
 */
export function policyBody(database: string): string {
  const mapped = (condition: string) =>
    `exists (select 1 from ${quotedName(`${database}.${ROLE_TENANTS}`)} m where is_role_in_session(m."ROLE_NAME") and ${condition})`;
  return `${mapped('m."TENANT_ID" = ROW_TENANT_ID')} or ${mapped(`m."TENANT_ID" = '*'`)}`;
}

const SCHEMAS = ['RAW', 'STAGING', 'INTERMEDIATE', 'REFERENCE', 'ANALYTICS', 'SCORES', CONTROL_SCHEMA];

/**
 * The plan as statements, in an order that works on an empty account. Run again, they change nothing. The role that
 * runs them owns what they create, so none of the plan's roles can loosen it.
 */
export function securityDefinitions(plan: SecurityPlan): readonly string[] {
  const { database, warehouse, roles, tables, grants } = plan;
  const tables_ = tables.map((table) => {
    const list = table.columns.map(snowflakeColumnDdl).join(', ');
    const policy = isGuarded(table) ? ` with row access policy ${TENANT_ROWS} on ("TENANT_ID")` : '';
    return `create table if not exists ${quotedName(upperName(table.relation))} (${list})${policy}`;
  });
  const grantsOn = (...kinds: readonly Grant['on'][]) =>
    grants.filter(({ on, scope }) => kinds.includes(on) && scope === undefined);
  return [
    `create warehouse if not exists ${quotedName(warehouse)} with warehouse_size = 'XSMALL' auto_suspend = ${AUTO_SUSPEND_SECONDS} auto_resume = true initially_suspended = true`,
    // One that was there already is not the session's yet.
    `use warehouse ${quotedName(warehouse)}`,
    `create database if not exists ${quotedName(database)}`,
    `use database ${quotedName(database)}`,
    ...SCHEMAS.map((schema) => `create schema if not exists ${quotedName(schema)}`),
    ...roles.map((role) => `create role if not exists ${quotedName(role)}`),
    ...roles.map((role) => `grant role ${quotedName(role)} to role ${quotedName(ADMINISTRATOR)}`),
    ...grantsOn('DATABASE', 'WAREHOUSE').map(grantStatement),
    ...grantsOn('SCHEMA')
      .filter(({ name }) => !isOfTenant(plan, name))
      .map(grantStatement),
    // Before the tables are made, so that `if not exists` sees those that a loader made.
    ...grants.filter(({ scope }) => scope !== undefined).map(grantStatement),
    `create table if not exists ${quotedName(ROLE_TENANTS)} ("ROLE_NAME" varchar not null, "TENANT_ID" varchar not null)`,
    ...mappedRoles(plan).map(
      ([role, tenantId]) =>
        `merge into ${quotedName(ROLE_TENANTS)} t using (select ${text(role)} as "ROLE_NAME", ${text(tenantId)} as "TENANT_ID") s on t."ROLE_NAME" = s."ROLE_NAME" and t."TENANT_ID" = s."TENANT_ID" when not matched then insert ("ROLE_NAME", "TENANT_ID") values (s."ROLE_NAME", s."TENANT_ID")`,
    ),
    `create row access policy if not exists ${TENANT_ROWS} as (ROW_TENANT_ID varchar) returns boolean -> ${policyBody(database)}`,
    ...tables_,
    ...tables.flatMap(laterColumns),
    `create table if not exists ${quotedName(MODEL_STATES)} ("NAME" varchar not null, "REVISION" number(38, 0) not null, "STATE" varchar not null)`,
    `create stage if not exists ${quotedName(MODEL_STAGE)} encryption = (type = 'SNOWFLAKE_FULL')`,
    ...(plan.hasTenantSchemas
      ? [
          `create table if not exists ${quotedName(TENANT_SCHEMAS)} ("TENANT_ID" varchar not null, "SCHEMA_NAME" varchar not null)`,
        ]
      : []),
    ...grantsOn('TABLE', 'STAGE', 'ROW ACCESS POLICY').map(grantStatement),
  ];
}

function isOfTenant({ tenants }: SecurityPlan, name: string): boolean {
  return tenants.some(({ schema }) => schema === name);
}

/** Columns that a table of an earlier version lacks. Snowflake adds one with a default only where it is known to be absent. */
function laterColumns({ relation, columns }: TableDefinition): readonly string[] {
  const table = quotedName(upperName(relation));
  return columns.flatMap((column) => {
    const { name, nullable, forEarlierRows } = column;
    if (forEarlierRows === undefined) return [];
    const quoted = quotedName(name.toUpperCase());
    return [
      `alter table ${table} add column if not exists ${snowflakeColumnDdl({ ...column, nullable: true })}`,
      ...(forEarlierRows === null
        ? []
        : [`update ${table} set ${quoted} = ${forEarlierRows} where ${quoted} is null`]),
      ...(nullable ? [] : [`alter table ${table} alter column ${quoted} set not null`]),
    ];
  });
}

/**
 * What each tenant needs beyond that: a schema with one view in it. Run them once dbt has built current_risk, and again when
 * it has got another column: a view keeps the columns that it was made with.
 */
export function tenantDefinitions(plan: SecurityPlan): readonly string[] {
  const columns = plan.riskColumns.map((name) => quotedName(name.toUpperCase())).join(', ');
  return plan.tenants.flatMap(({ tenantId, role, schema }) => [
    `create schema if not exists ${quotedName(schema)}`,
    `create or replace secure view ${quotedName(`${schema}.CURRENT_RISK`)} (${columns}) copy grants as select ${columns} from "SCORES"."CURRENT_RISK" where "TENANT_ID" = ${text(tenantId)}`,
    ...plan.grants
      .filter(
        (grant) => grant.role === role && (grant.name === schema || grant.name.startsWith(`${schema}.`)),
      )
      .map(grantStatement),
  ]);
}

/** Which tenants each role sees; `*` is all of them. */
export function mappedRoles({ tenants }: SecurityPlan): readonly (readonly [string, string])[] {
  return [
    ...CROSS_TENANT_ROLES.map((role) => [role, '*'] as const),
    ...tenants.map(({ role, tenantId }) => [role, tenantId] as const),
  ];
}

export function grantStatement({ role, privilege, on, name, scope }: Grant): string {
  const object = scope === undefined ? on.toLowerCase() : `${scope} ${on.toLowerCase()}s in schema`;
  return `grant ${privilege.toLowerCase()} on ${object} ${quotedName(name)} to role ${quotedName(role)}`;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
