import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { snowflakePlan } from '../../cli/doctor/snowflake-plan.ts';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { type Cell, columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { securityDefinitions } from '../../features/warehouse/snowflake/security/security-definitions.ts';
import { verifySecurity } from '../../features/warehouse/snowflake/security/verify-security.ts';
import { SnowflakeSession } from '../../features/warehouse/snowflake/snowflake-session.ts';
import { openSnowflakeWarehouse } from '../../features/warehouse/snowflake/snowflake-warehouse.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { openTestWarehouse, type TestWarehouse } from '../snowflake-endpoint/open-test-warehouse.ts';
import { runChurn } from './run-churn.ts';

/** The account as the definitions make it: what the doctor says of it, and what each role can do in it. */

const ROLES = [
  'ACCOUNTADMIN',
  'CHURN_BATCH',
  'CHURN_ERASER',
  'CHURN_READER',
  'CHURN_TENANT_acme',
  'CHURN_TENANT_zeta',
  'CURIOUS',
];
const TENANTS = ['acme', 'zeta'].map((id) => tenantIdSchema.parse(id));
const USER = { name: 'admin', password: 'of the admin', roles: ROLES, defaultRole: 'ACCOUNTADMIN' };

const PLAN = snowflakePlan({ database: 'CHURN', warehouse: 'CHURN' }, TENANTS);

/** What dbt builds with a tenant_id. */
const MARTS = PLAN.guarded
  .filter((relation) => !PLAN.tables.some((table) => table.relation === relation))
  .map(({ schema, name }) => `${schema}.${name}`.toUpperCase());

let folder: string;
let snowflake: TestWarehouse;
let administrator: SnowflakeSession;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-security-'));
  snowflake = await openTestWarehouse(
    { users: [USER], grants: 'checked' },
    {
      user: USER.name,
      credentials: { kind: 'password', password: USER.password },
      role: 'ACCOUNTADMIN',
      rowAccessPolicy: 'CHURN.TENANT_ROWS',
    },
  );
  administrator = await as('ACCOUNTADMIN');
  await setUp('account');
  const marts = await snowflake.endpoint.instance.connect();
  // In dbt's place, which attaches the policy as it builds.
  for (const mart of MARTS) {
    const [schema, name] = mart.split('.');
    const isView = name === 'CURRENT_RISK';
    if (!isView) await marts.run(`create table "${schema}"."${name}" ("TENANT_ID" varchar)`);
    snowflake.endpoint.security.adopt(
      'CHURN_TRANSFORMER',
      isView ? 'VIEW' : 'TABLE',
      mart,
      'CHURN.TENANT_ROWS',
    );
  }
  const held = accountChurnScores.columns.map(({ name }) => name);
  const columns = PLAN.riskColumns.map(
    (name) => `${held.includes(name) ? name : 'null'} as "${name.toUpperCase()}"`,
  );
  await marts.run(
    `create view "SCORES"."CURRENT_RISK" as select ${columns.join(', ')} from "SCORES"."ACCOUNT_CHURN_SCORES"`,
  );
  marts.disconnectSync();
  await setUp('all');
}, 60_000);

afterAll(async () => {
  await administrator.close();
  await snowflake.close();
  rmSync(folder, { recursive: true, force: true });
});

function as(role: string): Promise<SnowflakeSession> {
  return SnowflakeSession.open({ ...snowflake.options, role });
}

function doctor(args: readonly string[] = [], environment: Record<string, string> = {}) {
  return runChurn(
    join(folder, 'home'),
    ['doctor', '--target', 'snowflake', '--tenant', 'acme', '--tenant', 'zeta', ...args],
    {
      CHURN_WAREHOUSE: 'snowflake',
      SNOWFLAKE_ACCOUNT: 'test',
      SNOWFLAKE_ACCESS_URL: snowflake.served.accessUrl,
      SNOWFLAKE_USER: USER.name,
      SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE',
      SNOWFLAKE_PASSWORD: USER.password,
      SNOWFLAKE_ROLE: 'ACCOUNTADMIN',
      SNOWFLAKE_WAREHOUSE: 'CHURN',
      SNOWFLAKE_DATABASE: 'CHURN',
      ...environment,
    },
  );
}

/** What the doctor says, one gap a line, without starting the command. */
async function gaps(): Promise<string> {
  const found = (await verifySecurity(administrator, PLAN)).gaps;
  return found.map(({ object, what, remedy }) => `${object} ${what}; ${remedy}`).join('\n');
}

/** Runs what `--definitions` prints; the tenants' part only once their view's source is there. */
async function setUp(part: 'account' | 'all'): Promise<void> {
  const { stdout } = await doctor(['--definitions', '--json']);
  const { account, tenants } = JSON.parse(stdout) as { account: string[]; tenants: string[] };
  for (const statement of [...account, ...(part === 'all' ? tenants : [])])
    await administrator.execute(statement);
}

describe('churn doctor --target snowflake', () => {
  test('finds no gap in an account that the definitions set up', async () => {
    const { status, stdout } = await doctor();
    expect(stdout).toMatch(/✓ snowflake {2}admin signs in to test as ACCOUNTADMIN/);
    expect(stdout).toMatch(/✓ security {3}(\d+) of \1 roles, grants, mappings and policies are as planned/);
    expect(status).toBe(0);
  });

  test.each([
    [
      'a grant is gone',
      'revoke insert on table "SCORES"."ACCOUNT_CHURN_SCORES" from role "CHURN_BATCH"',
      /role CHURN_BATCH lacks INSERT on TABLE SCORES\.ACCOUNT_CHURN_SCORES; (grant insert .+)/,
    ],
    [
      'a future grant is gone',
      'revoke select on future tables in schema "ANALYTICS" from role "CHURN_READER"',
      /role CHURN_READER lacks SELECT on future TABLEs in ANALYTICS; (grant select on future .+)/,
    ],
    [
      'a tenant’s view is not granted',
      'revoke select on view "TENANT_acme"."CURRENT_RISK" from role "CHURN_TENANT_acme"',
      /role CHURN_TENANT_acme lacks SELECT on VIEW TENANT_acme\.CURRENT_RISK; (grant .+)/,
    ],
    [
      'a table has lost its policy',
      'alter table "SCORES"."SCORE_RUNS" drop row access policy CHURN.TENANT_ROWS',
      /SCORES\.SCORE_RUNS has no row access policy.+; (alter table .+)/,
    ],
    [
      'a role is mapped to every tenant',
      `merge into "CHURN"."ROLE_TENANTS" t using (select 'CURIOUS' as "ROLE_NAME", '*' as "TENANT_ID") s on t."ROLE_NAME" = s."ROLE_NAME" when not matched then insert ("ROLE_NAME", "TENANT_ID") values (s."ROLE_NAME", s."TENANT_ID")`,
      /CHURN\.ROLE_TENANTS lets role CURIOUS see every tenant, which is not planned; (delete .+)/,
    ],
    [
      'a tenant’s role is mapped to another tenant',
      `merge into "CHURN"."ROLE_TENANTS" t using (select 'CHURN_TENANT_acme' as "ROLE_NAME", 'zeta' as "TENANT_ID") s on t."ROLE_NAME" = s."ROLE_NAME" and t."TENANT_ID" = s."TENANT_ID" when not matched then insert ("ROLE_NAME", "TENANT_ID") values (s."ROLE_NAME", s."TENANT_ID")`,
      /lets role CHURN_TENANT_acme see tenant zeta, which is not planned; (delete .+)/,
    ],
    [
      'no administrator holds a role',
      'revoke role "CHURN_TRANSFORMER" from role "SYSADMIN"',
      /role CHURN_TRANSFORMER is not granted to SYSADMIN, so no administrator sees what it owns; (grant role .+)/,
    ],
    [
      'a table was there before a grant on future ones',
      'revoke select on table "ANALYTICS"."ACCOUNT_FEATURES" from role "CHURN_READER"',
      /role CHURN_READER lacks SELECT on all TABLEs in ANALYTICS, such as ANALYTICS.ACCOUNT_FEATURES; (grant .+)/,
    ],
    [
      'services cannot see the models',
      'revoke read on stage "CHURN"."MODELS" from role "CHURN_READER"',
      /role CHURN_READER lacks READ on STAGE CHURN.MODELS; (grant .+)/,
    ],
    [
      'the warehouse never sleeps',
      'alter warehouse "CHURN" set auto_suspend = 0',
      /warehouse CHURN does not suspend itself.+; (alter warehouse .+)/,
    ],
  ])('says that %s, and how to mend it', async (_name, breaking, finding) => {
    await administrator.execute(breaking);
    const found = await gaps();
    expect(found).toMatch(finding);
    await administrator.execute(finding.exec(found)![1]!);
    expect(await gaps()).toBe('');
  });

  test('reports a foreign role that can read the scores', async () => {
    await administrator.execute('create role if not exists "CURIOUS"');
    await administrator.execute('grant select on table "SCORES"."ACCOUNT_CHURN_SCORES" to role "CURIOUS"');
    const { status, stdout } = await doctor();
    expect(status).toBe(1);
    const mend = /is open to role CURIOUS with SELECT, which is not planned; (revoke .+)/.exec(stdout)![1]!;
    await administrator.execute(mend);
    expect(await gaps()).toBe('');
  });

  test('tries what each role reads, so that it finds what is no grant', async () => {
    await administrator.execute('drop table "RAW"."AS_OF_REQUESTS"');
    expect(await gaps()).toMatch(
      /role CHURN_TRANSFORMER cannot read RAW.AS_OF_REQUESTS; .+ not be there yet/,
    );
    await setUp('all');
    expect(await gaps()).toBe('');
  });

  test('takes names as Snowflake does: without quotes they are upper case', async () => {
    const { status, stdout } = await doctor(['--definitions'], { SNOWFLAKE_DATABASE: 'churn' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('create database if not exists "CHURN";')]);
    expect((await doctor([], { SNOWFLAKE_DATABASE: 'churn', SNOWFLAKE_WAREHOUSE: 'Churn' })).status).toBe(0);
    const odd = await doctor([], { SNOWFLAKE_DATABASE: 'my-churn' });
    expect([odd.status, odd.stderr]).toEqual([
      2,
      expect.stringMatching(/SNOWFLAKE_DATABASE is my-churn, which is no name.+double quotes/),
    ]);
  });

  test('says that a token needs a network policy', async () => {
    const user = { ...USER, programmaticAccessToken: 'a token' };
    const { served, close } = await openTestWarehouse({ users: [user], grants: 'checked' });
    const { status, stdout } = await doctor([], {
      SNOWFLAKE_ACCESS_URL: served.accessUrl,
      SNOWFLAKE_AUTHENTICATOR: 'PROGRAMMATIC_ACCESS_TOKEN',
      SNOWFLAKE_TOKEN: 'a token',
    });
    await close();
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(/give the user a network policy that lets this host in/),
    ]);
  });

  test('says which edition it takes', async () => {
    const { endpoint, served, options, close } = await openTestWarehouse(
      { users: [USER], grants: 'checked', edition: 'standard' },
      { user: USER.name, credentials: { kind: 'password', password: USER.password }, role: 'ACCOUNTADMIN' },
    );
    try {
      const session = await SnowflakeSession.open(options);
      const policy = securityDefinitions(PLAN).find((statement) =>
        /^create row access policy/.test(statement),
      )!;
      await expect(session.execute(policy)).rejects.toThrow(
        /Unsupported feature 'ROW ACCESS POLICY'.+Enterprise Edition/,
      );
      await session.close();
      const { status, stdout } = await doctor([], { SNOWFLAKE_ACCESS_URL: served.accessUrl });
      expect([status, stdout]).toEqual([1, expect.stringMatching(/Enterprise Edition/)]);
      expect(endpoint.security.find('ROW ACCESS POLICY', 'CHURN.TENANT_ROWS')).toBeUndefined();
    } finally {
      await close();
    }
  });

  test('needs an account to be configured', async () => {
    const { status, stderr } = await runChurn(join(folder, 'home'), ['doctor', '--target', 'snowflake']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/no Snowflake account is configured.+CHURN_WAREHOUSE=snowflake/);
  });
});

describe('what a role can do', () => {
  beforeEach(async () => {
    const batch = openSnowflakeWarehouse({ ...snowflake.options, role: 'CHURN_BATCH' });
    await batch.write([
      { mode: 'merge', table: accountChurnScores, rows: { batches: one([score('acme'), score('zeta')]) } },
    ]);
    await batch.close();
  });

  const rows = async (role: string, relation: string) => {
    const session = await as(role);
    try {
      return (await session.execute(`select "TENANT_ID" from ${relation} order by "TENANT_ID"`)).rows.map(
        ([id]) => id,
      );
    } finally {
      await session.close();
    }
  };

  test('the batch writer writes scores and reads all of them; it cannot touch the marts', async () => {
    expect(await rows('CHURN_BATCH', '"SCORES"."ACCOUNT_CHURN_SCORES"')).toEqual(['acme', 'zeta']);
    const batch = await as('CHURN_BATCH');
    await expect(
      batch.execute('delete from "ANALYTICS"."ACCOUNT_FEATURES" where "TENANT_ID" = ?', ['acme']),
    ).rejects.toThrow(/lacks DELETE.+churn doctor --target snowflake/);
    await batch.close();
  });

  test('the reader reads all tenants and writes nothing', async () => {
    expect(await rows('CHURN_READER', '"SCORES"."CURRENT_RISK"')).toEqual(['acme', 'zeta']);
    const reader = openSnowflakeWarehouse({ ...snowflake.options, role: 'CHURN_READER' });
    const write = reader.write([
      { mode: 'merge', table: accountChurnScores, rows: { batches: one([score('acme')]) } },
    ]);
    await expect(write).rejects.toThrow(/lacks INSERT/);
    await reader.close();
  });

  test('the eraser erases an account with the command, and writes no score', async () => {
    const eraser = {
      CHURN_WAREHOUSE: 'snowflake',
      SNOWFLAKE_ACCOUNT: 'test',
      SNOWFLAKE_ACCESS_URL: snowflake.served.accessUrl,
      SNOWFLAKE_USER: USER.name,
      SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE',
      SNOWFLAKE_PASSWORD: USER.password,
      SNOWFLAKE_ROLE: 'CHURN_ERASER',
      SNOWFLAKE_WAREHOUSE: 'CHURN',
      SNOWFLAKE_DATABASE: 'CHURN',
    };
    const { status, stderr } = await runChurn(
      join(folder, 'home'),
      ['erase', '--tenant', 'acme', '--account', 'x', '--reason', 'asked', '--yes'],
      eraser,
    );
    expect([status, stderr]).toMatchObject([0, expect.not.stringContaining('churn:')]);
    expect(await rows('CHURN_ERASER', '"SCORES"."ACCOUNT_CHURN_SCORES"')).toEqual(['zeta']);
    expect(await rows('CHURN_ERASER', '"RAW"."ERASURES"')).toEqual(['acme']);
    const warehouse = openSnowflakeWarehouse({ ...snowflake.options, role: 'CHURN_ERASER' });
    const write = warehouse.write([
      { mode: 'merge', table: accountChurnScores, rows: { batches: one([score('acme')]) } },
    ]);
    await expect(write).rejects.toThrow(/lacks (INSERT|UPDATE)/);
    await warehouse.close();
    // The batch writer, which runs every night, erases nothing in the raw layer.
    await expect(rows('CHURN_BATCH', '"RAW"."ERASURES"')).rejects.toThrow(/lacks SELECT/);
  });

  test('a tenant’s role reads its own view, and nothing else', async () => {
    expect(await rows('CHURN_TENANT_acme', '"TENANT_acme"."CURRENT_RISK"')).toEqual(['acme']);
    await expect(rows('CHURN_TENANT_acme', '"TENANT_zeta"."CURRENT_RISK"')).rejects.toThrow(/lacks SELECT/);
    await expect(rows('CHURN_TENANT_acme', '"SCORES"."CURRENT_RISK"')).rejects.toThrow(/lacks SELECT/);
    await expect(rows('CHURN_TENANT_acme', '"CHURN"."ROLE_TENANTS"')).rejects.toThrow(/lacks SELECT/);
  });

  test('a grant without a mapping shows no rows', async () => {
    for (const role of ['CHURN_TENANT_zeta', 'CURIOUS'])
      for (const object of ['database "CHURN"', 'warehouse "CHURN"', 'schema "SCORES"']) {
        await administrator.execute(`create role if not exists "${role}"`);
        await administrator.execute(`grant usage on ${object} to role "${role}"`);
      }
    await administrator.execute(
      'grant select on table "SCORES"."ACCOUNT_CHURN_SCORES" to role "CHURN_TENANT_zeta"',
    );
    expect(await rows('CHURN_TENANT_zeta', '"SCORES"."ACCOUNT_CHURN_SCORES"')).toEqual(['zeta']);
    await administrator.execute('grant select on table "SCORES"."ACCOUNT_CHURN_SCORES" to role "CURIOUS"');
    expect(await rows('CURIOUS', '"SCORES"."ACCOUNT_CHURN_SCORES"')).toEqual([]);
  });

  test('a table with tenants is created with the policy', async () => {
    const { relation: _, ...columns } = accountChurnScores;
    await snowflake.warehouse.ensureTable({
      relation: { schema: 'scores', name: 'more_scores' },
      ...columns,
    });
    const { sql } = snowflake.endpoint.statements.findLast(
      (statement) => /MORE_SCORES/.test(statement.sql) && statement.kind === 'create',
    )!;
    expect(sql).toMatch(
      /^create table if not exists "SCORES"\."MORE_SCORES" .+ with row access policy CHURN\.TENANT_ROWS on \("TENANT_ID"\)$/,
    );
  });
});

function score(tenantId: string): Record<string, Cell> {
  return Object.fromEntries(
    accountChurnScores.columns.map(({ name, type }) => [
      name,
      name === 'tenant_id' ? tenantId : type === 'json' ? '[]' : type === 'text' ? 'x' : 1,
    ]),
  );
}

async function* one(rows: Record<string, Cell>[]) {
  yield columnBatchOfRows(accountChurnScores.columns, rows);
}
