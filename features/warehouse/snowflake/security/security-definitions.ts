import type { TableDefinition } from '../../warehouse.ts';
import {
  CONTROL_SCHEMA,
  MODEL_STAGE,
  MODEL_STATES,
  quotedName,
  ROLE_TENANTS,
  TENANT_ROWS,
} from '../control-schema.ts';
import { snowflakeColumnDdl } from '../snowflake-types.ts';
import {
  AUTO_SUSPEND_SECONDS,
  CROSS_TENANT_ROLES,
  type Grant,
  isGuarded,
  type SecurityPlan,
  upperName,
} from './security-plan.ts';

/** What the policy says. An account whose policy says something else fails the check. */
export const POLICY_BODY = `exists (select 1 from ${quotedName(ROLE_TENANTS)} m where is_role_in_session(m."ROLE_NAME") and m."TENANT_ID" in ('*', ROW_TENANT_ID))`;

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
  return [
    `create warehouse if not exists ${quotedName(warehouse)} with warehouse_size = 'XSMALL' auto_suspend = ${AUTO_SUSPEND_SECONDS} auto_resume = true initially_suspended = true`,
    `create database if not exists ${quotedName(database)}`,
    `use database ${quotedName(database)}`,
    ...SCHEMAS.map((schema) => `create schema if not exists ${quotedName(schema)}`),
    ...roles.map((role) => `create role if not exists ${quotedName(role)}`),
    `create table if not exists ${quotedName(ROLE_TENANTS)} ("ROLE_NAME" varchar not null, "TENANT_ID" varchar not null)`,
    ...mappedRoles(plan).map(
      ([role, tenantId]) =>
        `merge into ${quotedName(ROLE_TENANTS)} t using (select ${text(role)} as "ROLE_NAME", ${text(tenantId)} as "TENANT_ID") s on t."ROLE_NAME" = s."ROLE_NAME" and t."TENANT_ID" = s."TENANT_ID" when not matched then insert ("ROLE_NAME", "TENANT_ID") values (s."ROLE_NAME", s."TENANT_ID")`,
    ),
    `create row access policy if not exists ${TENANT_ROWS} as (ROW_TENANT_ID varchar) returns boolean -> ${POLICY_BODY}`,
    ...tables_,
    ...tables.flatMap(laterColumns),
    `create table if not exists ${quotedName(MODEL_STATES)} ("NAME" varchar not null, "REVISION" number(38, 0) not null, "STATE" varchar not null)`,
    `create stage if not exists ${quotedName(MODEL_STAGE)} encryption = (type = 'SNOWFLAKE_FULL')`,
    ...grants.filter(({ on }) => on !== 'VIEW' && on !== 'SCHEMA').map(grantStatement),
    ...grants.filter(({ on, name }) => on === 'SCHEMA' && SCHEMAS.includes(name)).map(grantStatement),
    ...grants.filter(({ on, future }) => on === 'VIEW' && future).map(grantStatement),
  ];
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

/** What each tenant needs beyond that: a schema with one view in it. Run them once dbt has built current_risk. */
export function tenantDefinitions(plan: SecurityPlan): readonly string[] {
  return plan.tenants.flatMap(({ tenantId, role, schema }) => [
    `create schema if not exists ${quotedName(schema)}`,
    `create secure view if not exists ${quotedName(`${schema}.CURRENT_RISK`)} as select * from "SCORES"."CURRENT_RISK" where "TENANT_ID" = ${text(tenantId)}`,
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

export function grantStatement({ role, privilege, on, name, future }: Grant): string {
  const object = future ? `future ${on.toLowerCase()}s in schema` : on.toLowerCase();
  return `grant ${privilege.toLowerCase()} on ${object} ${quotedName(name)} to role ${quotedName(role)}`;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
