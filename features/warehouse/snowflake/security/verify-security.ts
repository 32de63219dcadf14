import { reasonOf } from '../../../contract/failure.ts';
import {
  foldedName,
  MODEL_STAGE,
  quotedName,
  ROLE_TENANTS,
  TENANT_ROWS,
  TENANT_SCHEMAS,
} from '../control-schema.ts';
import type { SnowflakeSession } from '../snowflake-session.ts';
import { grantStatement, mappedRoles, policyBody } from './security-definitions.ts';
import {
  ADMINISTRATOR,
  AUTO_SUSPEND_SECONDS,
  type Grant,
  type SecurityPlan,
  upperName,
} from './security-plan.ts';

/** Something that is not as planned, and the statement or step that corrects it. */
export interface SecurityGap {
  readonly object: string;
  readonly what: string;
  readonly remedy: string;
}

type Row = Readonly<Record<string, string>>;

/** Compares an account with the plan, object by object. @returns what is missing or too open; empty when nothing is */
export async function verifySecurity(
  session: Pick<SnowflakeSession, 'execute'>,
  plan: SecurityPlan,
): Promise<{ readonly checked: number; readonly gaps: readonly SecurityGap[] }> {
  const query = async (statement: string): Promise<Row[]> => {
    const { columns, rows } = await session.execute(statement);
    return rows.map((row) =>
      Object.fromEntries(columns.map((column, at) => [column.toLowerCase(), String(row[at] ?? '')])),
    );
  };
  const gaps: SecurityGap[] = [];
  let checked = 0;
  const check = (isWell: boolean, gap: SecurityGap): void => {
    checked += 1;
    if (!isWell) gaps.push(gap);
  };

  await checkWarehouse(query, plan, check);
  const objects = await objectsIn(query, plan);
  const roles = new Set((await query('show roles')).map(({ name }) => name));
  for (const role of plan.roles) {
    check(roles.has(role), {
      object: `role ${role}`,
      what: 'does not exist',
      remedy: `create role if not exists ${quotedName(role)}`,
    });
    if (!roles.has(role)) continue;
    await checkGrants(query, plan, role, objects, check);
    const holders = await query(`show grants of role ${quotedName(role)}`);
    check(
      holders.some((row) => row.granted_to === 'ROLE' && row.grantee_name === ADMINISTRATOR),
      {
        object: `role ${role}`,
        what: `is not granted to ${ADMINISTRATOR}, so no administrator sees what it owns`,
        remedy: `grant role ${quotedName(role)} to role ${quotedName(ADMINISTRATOR)}`,
      },
    );
  }
  await checkGrants(query, plan, ADMINISTRATOR, objects, check);
  await checkPolicy(query, plan, check);
  await checkMapping(query, plan, check);
  const stages = await query(`show stages in schema ${quotedName(MODEL_STAGE.split('.')[0]!)}`);
  check(
    stages.some(({ name }) => name === MODEL_STAGE.split('.')[1]),
    { object: `stage ${MODEL_STAGE}`, what: 'does not exist', remedy: 'run the definitions' },
  );
  await checkStrangers(query, plan, check);
  await checkLandingSchemas(query, plan, check);
  await checkReads(query, plan, roles, check);
  return { checked, gaps };
}

type Query = (statement: string) => Promise<Row[]>;
type Check = (isWell: boolean, gap: SecurityGap) => void;

async function checkWarehouse(query: Query, { warehouse }: SecurityPlan, check: Check): Promise<void> {
  const found = (await query('show warehouses')).find(({ name }) => name === warehouse);
  const suspends = Number(found?.auto_suspend);
  check(found !== undefined && suspends > 0 && suspends <= 600, {
    object: `warehouse ${warehouse}`,
    what:
      found === undefined ? 'does not exist or is not granted' : 'does not suspend itself within ten minutes',
    remedy: `alter warehouse ${quotedName(warehouse)} set auto_suspend = ${AUTO_SUSPEND_SECONDS}`,
  });
}

/** Tables and views that are there, by schema, for each schema in which a role is granted all of them. */
async function objectsIn(
  query: Query,
  { grants }: SecurityPlan,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const { on, name: schema, scope } of grants) {
    const key = `${on} ${schema}`;
    if (scope !== 'all' || found.has(key)) continue;
    const rows = await query(`show ${on.toLowerCase()}s in schema ${quotedName(schema)}`);
    found.set(
      key,
      rows.map(({ name }) => `${schema}.${name}`),
    );
  }
  return found;
}

async function checkGrants(
  query: Query,
  plan: SecurityPlan,
  role: string,
  objects: ReadonlyMap<string, readonly string[]>,
  check: Check,
): Promise<void> {
  const held = new Set<string>();
  for (const row of await query(`show grants to role ${quotedName(role)}`))
    held.add(grantKey(row.privilege!, row.granted_on!, nameWithout(plan.database, row.name!), false));
  for (const row of await query(`show future grants to role ${quotedName(role)}`)) {
    const schema = nameWithout(plan.database, row.name!).replace(/\.<[^>]*>$/, '');
    held.add(grantKey(row.privilege!, row.grant_on!, schema, true));
  }
  for (const grant of plan.grants.filter((one) => one.role === role)) {
    const { privilege, on, name, scope } = grant;
    const lacking =
      scope === 'all'
        ? objects.get(`${on} ${name}`)!.find((one) => !held.has(grantKey(privilege, on, one, false)))
        : undefined;
    const isHeld =
      scope === 'all' ? lacking === undefined : held.has(grantKey(privilege, on, name, scope === 'future'));
    check(isHeld, {
      object: `role ${role}`,
      what: `lacks ${describeGrant(grant)}${lacking === undefined ? '' : `, such as ${lacking}`}`,
      remedy: grantStatement(grant),
    });
  }
}

function grantKey(privilege: string, on: string, name: string, isFuture: boolean): string {
  return [privilege, on.replaceAll('_', ' '), name, isFuture].join('|');
}

/** SHOW prints full names and quotes those that are not plain upper case. */
function nameWithout(database: string, name: string): string {
  const plain = name.replaceAll('"', '');
  return plain.startsWith(`${database}.`) ? plain.slice(database.length + 1) : plain;
}

function describeGrant({ privilege, on, name, scope }: Grant): string {
  return scope === undefined ? `${privilege} on ${on} ${name}` : `${privilege} on ${scope} ${on}s in ${name}`;
}

async function checkPolicy(query: Query, plan: SecurityPlan, check: Check): Promise<void> {
  const [schema, policy] = TENANT_ROWS.split('.') as [string, string];
  const policies = await query(`show row access policies in schema ${quotedName(schema)}`);
  const exists = policies.some(({ name }) => name === policy);
  check(exists, {
    object: `row access policy ${TENANT_ROWS}`,
    what: 'does not exist, so nothing keeps tenants apart',
    remedy: 'run the definitions before anything else',
  });
  if (!exists) return;
  const [described] = await query(`describe row access policy ${quotedName(TENANT_ROWS)}`);
  check(squeezed(described?.body ?? '') === squeezed(policyBody(plan.database)), {
    object: `row access policy ${TENANT_ROWS}`,
    what: `says ${described?.body ?? 'nothing'}`,
    remedy: `alter row access policy ${TENANT_ROWS} set body -> ${policyBody(plan.database)}`,
  });
  const references = await query(
    `select * from table(information_schema.policy_references(policy_name => '${plan.database}.${TENANT_ROWS}'))`,
  );
  for (const relation of plan.guarded) {
    const name = upperName(relation);
    check(
      references.some(
        (row) =>
          `${row.ref_schema_name}.${row.ref_entity_name}` === name &&
          /\bTENANT_ID\b/.test(row.ref_arg_column_names ?? '') &&
          row.policy_status === 'ACTIVE',
      ),
      {
        object: name,
        what: 'has no row access policy, so anyone who can read it sees every tenant',
        remedy: plan.tables.some((table) => table.relation === relation)
          ? `alter table ${quotedName(name)} add row access policy ${TENANT_ROWS} on ("TENANT_ID")`
          : 'build it again with `dbt build --target snowflake`, which attaches it',
      },
    );
  }
}

async function checkMapping(query: Query, plan: SecurityPlan, check: Check): Promise<void> {
  const rows = await query(`select "ROLE_NAME", "TENANT_ID" from ${quotedName(ROLE_TENANTS)}`);
  const held = new Set(rows.map((row) => `${row.role_name}|${row.tenant_id}`));
  for (const [role, tenantId] of mappedRoles(plan))
    check(held.has(`${role}|${tenantId}`), {
      object: ROLE_TENANTS,
      what: `does not map role ${role} to ${tenantId === '*' ? 'all tenants' : `tenant ${tenantId}`}`,
      remedy: 'run the definitions',
    });
  const known = new Map(mappedRoles(plan));
  for (const row of rows) {
    const expected = known.get(row.role_name!);
    const isTooMuch =
      row.tenant_id === '*'
        ? expected !== '*'
        : expected !== undefined && expected !== '*' && expected !== row.tenant_id;
    check(!isTooMuch, {
      object: ROLE_TENANTS,
      what: `lets role ${row.role_name} see ${row.tenant_id === '*' ? 'every tenant' : `tenant ${row.tenant_id}`}, which is not planned`,
      remedy: `delete from ${quotedName(ROLE_TENANTS)} where "ROLE_NAME" = '${row.role_name}' and "TENANT_ID" = '${row.tenant_id}'`,
    });
  }
}

/** Roles outside the plan that may read or change the scores. */
async function checkStrangers(query: Query, plan: SecurityPlan, check: Check): Promise<void> {
  for (const relation of plan.ours) {
    const name = upperName(relation);
    const held = await query(`show grants on table ${quotedName(name)}`).catch(() => undefined);
    check(held !== undefined, {
      object: name,
      what: 'is not there, or not to be seen',
      remedy: 'run the definitions',
    });
    for (const row of held ?? []) {
      if (row.privilege === 'OWNERSHIP') {
        check(!plan.roles.includes(row.grantee_name!), {
          object: name,
          what: `belongs to role ${row.grantee_name}, which could remove the policy`,
          remedy: `grant ownership on table ${quotedName(name)} to role SYSADMIN copy current grants`,
        });
        continue;
      }
      const isPlanned = plan.grants.some(
        (grant) =>
          grant.role === row.grantee_name &&
          (grant.name === name || (grant.scope !== undefined && grant.name === name.split('.')[0])) &&
          grant.privilege === row.privilege,
      );
      check(isPlanned, {
        object: name,
        what: `is open to role ${row.grantee_name} with ${row.privilege}, which is not planned`,
        remedy: `revoke ${row.privilege!.toLowerCase()} on table ${quotedName(name)} from role ${quotedName(row.grantee_name!)}`,
      });
    }
  }
}

/** Schemas of tenants that the table names and the plan does not. */
async function checkLandingSchemas(query: Query, plan: SecurityPlan, check: Check): Promise<void> {
  if (!plan.hasTenantSchemas) return;
  for (const row of await query(`select "SCHEMA_NAME" from ${quotedName(TENANT_SCHEMAS)}`)) {
    const schema = foldedName(row.schema_name!) ?? row.schema_name!;
    check(
      plan.grants.some(({ on, name }) => on === 'SCHEMA' && name === schema),
      {
        object: TENANT_SCHEMAS,
        what: `names schema ${schema}, which dbt is not known to read`,
        remedy: `give --landing-schema ${schema} with the definitions and here`,
      },
    );
  }
}

/** Reads as each role what it reads in its work: what hinders it without being a missing grant shows here only. */
async function checkReads(
  query: Query,
  { reads, database, warehouse }: SecurityPlan,
  roles: ReadonlySet<string | undefined>,
  check: Check,
): Promise<void> {
  const [before] = await query('select current_role() as "ROLE"');
  const attempt = (statement: string) =>
    query(statement).then(
      () => undefined,
      (error: unknown) => reasonOf(error),
    );
  for (const role of new Set(reads.map((read) => read.role))) {
    if (!roles.has(role)) continue;
    const problem =
      (await attempt(`use role ${quotedName(role)}`)) ??
      (await attempt(`use warehouse ${quotedName(warehouse)}`)) ??
      (await attempt(`use database ${quotedName(database)}`));
    check(problem === undefined, {
      object: `role ${role}`,
      what: `cannot be tried (${problem})`,
      remedy: 'run this check with a role that all roles of the plan are granted to, such as ACCOUNTADMIN',
    });
    if (problem !== undefined) continue;
    for (const { relation } of reads.filter((read) => read.role === role)) {
      const refusal = await attempt(`select 1 as "ONE" from ${quotedName(relation)} limit 0`);
      check(refusal === undefined, {
        object: `role ${role}`,
        what: `cannot read ${relation}`,
        remedy: 'mend what else is said of it, or have it built or brought: it may not be there yet',
      });
    }
  }
  await query(`use role ${quotedName(before!.role!)}`);
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, '').toLowerCase();
}
