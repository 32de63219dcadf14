import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snowflake, { type Binds, type Connection, type ConnectionOptions } from 'snowflake-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { interceptEndpoint } from './intercept-endpoint.ts';
import { type ServedEndpoint, serveEndpoint } from './serve-endpoint.ts';
import { shortenPauses } from './shorten-pauses.ts';
import {
  createSnowflakeEndpoint,
  type EndpointOptions,
  type SnowflakeEndpoint,
} from './snowflake-endpoint.ts';

/** The real client against the endpoint: what the driver does not use is tested here too. */

snowflake.configure({ logLevel: 'OFF' });
shortenPauses(100);
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const otherKeys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const ANA = {
  name: 'ana',
  password: 'secret of ana',
  publicKey: keys.publicKey,
  programmaticAccessToken: 'pat-1',
  networkPolicy: 'OFFICE',
  oauthToken: 'oauth-1',
  roles: ['READER'],
  defaultRole: 'READER',
};

let endpoint: SnowflakeEndpoint;
let served: ServedEndpoint;
let folder: string;
const connections: Connection[] = [];

beforeEach(async () => {
  endpoint = await createSnowflakeEndpoint({
    account: 'acme',
    users: [ANA],
    rowsPerChunk: 100,
    answerWithinMs: 200,
  });
  served = await serveEndpoint(endpoint);
  folder = mkdtempSync(join(tmpdir(), 'endpoint-test-'));
});
afterEach(async () => {
  for (const connection of connections.splice(0)) await new Promise((resolve) => connection.destroy(resolve));
  await served.close();
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(
  options: Partial<ConnectionOptions> = { password: ANA.password },
): Promise<Connection> {
  const connection = snowflake.createConnection({
    account: 'acme',
    accessUrl: served.accessUrl,
    username: 'ana',
    sfRetryMaxLoginRetries: 2,
    ...options,
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  connections.push(connection);
  return connection;
}

function run(
  connection: Connection,
  sqlText: string,
  options: { binds?: Binds; requestId?: string } = {},
): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      ...options,
      complete: (error, _statement, rows) => (error ? reject(error) : resolve(rows ?? [])),
    });
  });
}

describe('signing in', () => {
  test.each<[string, Partial<ConnectionOptions>]>([
    ['password', { password: ANA.password }],
    ['key pair', { authenticator: 'SNOWFLAKE_JWT', privateKey: keys.privateKey }],
    ['programmatic access token', { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: 'pat-1' }],
    ['OAuth', { authenticator: 'OAUTH', token: 'oauth-1' }],
  ])('by %s', async (_name, options) => {
    const connection = await connect(options);
    expect(await run(connection, 'select 1::number(38, 0) as "ONE"')).toEqual([{ ONE: 1 }]);
  });

  test.each<[string, Partial<ConnectionOptions>]>([
    ['a wrong password', { password: 'guessed' }],
    ['a key that is not the user’s', { authenticator: 'SNOWFLAKE_JWT', privateKey: otherKeys.privateKey }],
    [
      'a key for another account',
      { authenticator: 'SNOWFLAKE_JWT', privateKey: keys.privateKey, account: 'other' },
    ],
    ['a wrong token', { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: 'pat-2' }],
    ['a wrong OAuth token', { authenticator: 'OAUTH', token: 'oauth-2' }],
    ['a role that was not granted', { password: ANA.password, role: 'ACCOUNTADMIN' }],
  ])('is refused with %s', async (_name, options) => {
    await expect(connect(options)).rejects.toThrow();
  });
});

describe('results', () => {
  test('arrive in chunks, in order, also after a chunk’s address has expired', async () => {
    const connection = await connect();
    await run(connection, 'create table "S" ("N" number(38, 0))');
    await run(connection, 'insert into "S" values (?)', {
      binds: Array.from({ length: 350 }, (_, n) => [n]),
    });
    const numbers = async () => (await run(connection, 'select "N" from "S" order by "N"')).map(({ N }) => N);
    const expected = Array.from({ length: 350 }, (_, n) => n);
    expect(await numbers()).toEqual(expected);
    endpoint.faults.plan({ at: 'chunk', kind: 'expired' });
    expect(await numbers()).toEqual(expected);
    expect(endpoint.faults.struck).toHaveLength(1);
  });

  test('keep every type and null', async () => {
    const connection = await connect();
    const [row] = await run(
      connection,
      `select 1.5::float as "F", 'x' as "T", true as "B", '2024-02-29'::date as "D",
        '2024-02-29T12:34:56.789Z'::timestamp_ntz as "AT", parse_json('{"a":[1]}') as "V", null::varchar as "N"`,
    );
    expect(row).toMatchObject({ F: 1.5, T: 'x', B: true, V: { a: [1] }, N: null });
    expect((row!.D as Date).toISOString()).toBe('2024-02-29T00:00:00.000Z');
    expect((row!.AT as Date).toISOString()).toBe('2024-02-29T12:34:56.789Z');
  });

  test('of a slow statement arrive when it ends', async () => {
    const connection = await connect();
    await run(connection, 'create table "S" ("N" number(38, 0))');
    await run(connection, 'insert into "S" values (?)', {
      binds: Array.from({ length: 3000 }, (_, n) => [n]),
    });
    const rows = await run(
      connection,
      'select count(*) as "C" from "S" a, "S" b, "S" c where a."N" + b."N" = c."N" and a."N" < 900',
    );
    expect(Number(rows[0]!.C)).toBeGreaterThan(1_000_000);
    expect(endpoint.faults.seen.get('result') ?? 0).toBeGreaterThan(0);
  });

  test('of an asynchronous statement are fetched by query id', async () => {
    const connection = await connect();
    const queryId = await new Promise<string>((resolve, reject) => {
      connection.execute({
        sqlText: 'select 7::number(38, 0) as "N"',
        asyncExec: true,
        complete: (error, statement) => (error ? reject(error) : resolve(statement.getQueryId())),
      });
    });
    while ((await connection.getQueryStatus(queryId)) === 'RUNNING');
    const statement = await connection.getResultsFromQueryId({ queryId, sqlText: '' });
    const rows = await new Promise((resolve, reject) => {
      const found: unknown[] = [];
      statement
        .streamRows()
        .on('data', (row) => found.push(row))
        .on('end', () => resolve(found))
        .on('error', reject);
    });
    expect(rows).toEqual([{ N: 7 }]);
  });
});

describe('binds', () => {
  test('of every type, one row or many', async () => {
    const connection = await connect();
    await run(connection, 'create table "S" ("A" varchar, "B" number(38, 0), "C" float, "D" boolean)');
    await run(connection, 'insert into "S" values (?, ?, ?, ?)', { binds: ["it's", 2, 2.5, true] });
    await run(connection, 'insert into "S" values (?, ?, ?, ?)', {
      binds: [
        ['x', 3, 0.5, false],
        ['y', 4, 1.5, true],
      ],
    });
    expect(await run(connection, 'select * from "S" where "B" >= ? order by "B"', { binds: [2] })).toEqual([
      { A: "it's", B: 2, C: 2.5, D: true },
      { A: 'x', B: 3, C: 0.5, D: false },
      { A: 'y', B: 4, C: 1.5, D: true },
    ]);
  });

  test('beyond 65 280 cells go over a stage', async () => {
    const connection = await connect();
    await run(connection, 'create table "S" ("A" varchar, "B" number(38, 0))');
    const binds = Array.from({ length: 40_000 }, (_, n) => [`row "${n}", with a comma`, n]);
    await run(connection, 'insert into "S" values (?, ?)', { binds });
    expect(endpoint.storedFiles()).toHaveLength(1);
    const rows = await run(connection, 'select count(*) as "C", max("B") as "M", min("A") as "A" from "S"');
    expect(rows).toEqual([{ C: 40_000, M: 39_999, A: 'row "0", with a comma' }]);
  });
});

describe('sessions', () => {
  test('an expired token is renewed, and the statement runs once', async () => {
    const connection = await connect();
    await run(connection, 'create table "S" ("N" number(38, 0))');
    endpoint.faults.plan({ at: 'query:insert', kind: 'expired' });
    await run(connection, 'insert into "S" values (?)', { binds: [1] });
    expect(await run(connection, 'select "N" from "S"')).toEqual([{ N: 1 }]);
    expect(endpoint.faults.struck).toHaveLength(1);
  });

  test('a text without an offset is a time in the session’s zone, which is Los Angeles unless set', async () => {
    const connection = await connect();
    const utc = async () => {
      const [row] = await run(
        connection,
        `select convert_timezone('UTC', '2026-03-01 00:00:00'::timestamp_tz)::timestamp_ntz as "AT"`,
      );
      return (row!.AT as Date).toISOString();
    };
    expect(await utc()).toBe('2026-03-01T08:00:00.000Z');
    await run(connection, "alter session set TIMEZONE = 'UTC'");
    expect(await utc()).toBe('2026-03-01T00:00:00.000Z');
  });

  test.each(['reset-before', 'reset-after', 'unavailable'] as const)(
    'a statement whose answer is lost (%s) is done once',
    async (kind) => {
      const connection = await connect();
      await run(connection, 'create table "S" ("N" number(38, 0))');
      endpoint.faults.plan({ at: 'query:insert', kind });
      await run(connection, 'insert into "S" values (?)', { binds: [1] });
      expect(await run(connection, 'select "N" from "S"')).toEqual([{ N: 1 }]);
    },
  );

  test('a transaction is visible once it is committed, and lost with its session', async () => {
    const [writer, reader] = [await connect(), await connect()];
    await run(writer, 'create table "S" ("N" number(38, 0))');
    await run(writer, 'begin transaction');
    await run(writer, 'insert into "S" values (?)', { binds: [1] });
    expect(await run(reader, 'select "N" from "S"')).toEqual([]);
    await run(writer, 'commit');
    expect(await run(reader, 'select "N" from "S"')).toEqual([{ N: 1 }]);
    await run(writer, 'begin transaction');
    await run(writer, 'insert into "S" values (?)', { binds: [2] });
    await new Promise((resolve) => writer.destroy(resolve));
    expect(await run(reader, 'select "N" from "S"')).toEqual([{ N: 1 }]);
  });

  test('a definition commits the open transaction, as in Snowflake', async () => {
    const [writer, reader] = [await connect(), await connect()];
    await run(writer, 'create table "S" ("N" number(38, 0))');
    await run(writer, 'begin transaction');
    await run(writer, 'insert into "S" values (?)', { binds: [1] });
    await run(writer, 'create table "T" ("N" number(38, 0))');
    await run(writer, 'rollback');
    expect(await run(reader, 'select "N" from "S"')).toEqual([{ N: 1 }]);
  });
});

describe('an account whose grants count', () => {
  const users = ['ACCOUNTADMIN', 'LOADER', 'READER'].map((role) => ({
    name: role.toLowerCase(),
    password: ANA.password,
    roles: [role],
    defaultRole: role,
    defaultWarehouse: 'W',
  }));

  async function open(options: Partial<EndpointOptions> = {}) {
    await served.close();
    await endpoint.close();
    endpoint = await createSnowflakeEndpoint({ account: 'acme', users, grants: 'checked', ...options });
    served = await serveEndpoint(endpoint);
    return connect({ username: 'accountadmin', password: ANA.password });
  }

  /** A database, and two roles of which the administrator holds none. */
  async function setUp() {
    const administrator = await open();
    for (const sql of [
      'create warehouse if not exists W with auto_suspend = 60',
      'create database if not exists D',
      'create schema if not exists S',
      ...['LOADER', 'READER'].flatMap((role) => [
        `create role if not exists ${role}`,
        `grant usage on database D to role ${role}`,
        `grant usage on warehouse W to role ${role}`,
        `grant usage on schema S to role ${role}`,
      ]),
      'grant create table, create view on schema S to role LOADER',
    ])
      await run(administrator, sql);
    const as = (role: string) =>
      connect({ username: role, password: ANA.password, database: 'd', warehouse: 'W' });
    const [loader, reader] = [await as('loader'), await as('reader')];
    await run(loader, 'create table S.T ("N" number(38, 0))');
    return { administrator, loader, reader };
  }

  test('hides from ACCOUNTADMIN what no role of its own holds', async () => {
    const { administrator } = await setUp();
    await expect(run(administrator, 'select "N" from S.T')).rejects.toThrow(
      /S.T' does not exist or not authorized/,
    );
    await expect(run(administrator, 'create view S.V as select "N" from S.T')).rejects.toThrow(
      /not authorized/,
    );
    await run(administrator, 'grant role LOADER to role SYSADMIN');
    await run(administrator, 'create view S.V as select "N" from S.T');
    expect(await run(administrator, 'select "N" from S.V')).toEqual([]);
    // The view reads with its owner's rights.
    await run(administrator, 'grant select on view S.V to role READER');
    await run(administrator, 'revoke role LOADER from role SYSADMIN');
    const reader = await connect({ username: 'reader', password: ANA.password, database: 'D' });
    await expect(run(reader, 'select "N" from S.V')).rejects.toThrow(/ACCOUNTADMIN lacks SELECT/);
  });

  test('grants on future tables those that come, and on all those that are there', async () => {
    const { administrator, loader, reader } = await setUp();
    await run(administrator, 'grant select on future tables in schema S to role READER');
    await run(loader, 'create table S."LATER" ("N" number(38, 0))');
    expect(await run(reader, 'select "N" from S."LATER"')).toEqual([]);
    await expect(run(reader, 'select "N" from S.T')).rejects.toThrow(/READER lacks SELECT/);
    await run(administrator, 'revoke select on future tables in schema S from role READER');
    await run(administrator, 'grant select on all tables in schema S to role READER');
    expect(await run(reader, 'select "N" from S.T')).toEqual([]);
    await run(loader, 'create table S."LATEST" ("N" number(38, 0))');
    await expect(run(reader, 'select "N" from S."LATEST"')).rejects.toThrow(/READER lacks SELECT/);
    await run(loader, 'create or replace table S.T ("N" number(38, 0))');
    await expect(run(reader, 'select "N" from S.T')).rejects.toThrow(/READER lacks SELECT/);
  });

  test('knows names in upper case unless they are quoted, and a session without database or warehouse', async () => {
    const { loader } = await setUp();
    expect(await run(loader, 'select "N" from s.t')).toEqual([]);
    await expect(run(loader, 'select "N" from "s"."t"')).rejects.toThrow(/not authorized/);
    const lower = await connect({ username: 'loader', password: ANA.password, database: '"d"' });
    await expect(run(lower, 'select "N" from S.T')).rejects.toThrow(/does not have a current database/);
    await expect(connect({ username: 'loader', password: ANA.password, role: '"loader"' })).rejects.toThrow(
      /not granted/,
    );
    const idle = await connect({ username: 'loader', password: ANA.password, database: 'D', warehouse: 'X' });
    await expect(run(idle, 'select "N" from S.T')).rejects.toThrow(/No active warehouse/);
  });

  test('has no row access policies in Standard Edition', async () => {
    const administrator = await open({ edition: 'standard' });
    const policy = 'create row access policy P as (ROW_TENANT_ID varchar) returns boolean -> true';
    await expect(run(administrator, policy)).rejects.toThrow("Unsupported feature 'ROW ACCESS POLICY'.");
  });
});

describe('stages', () => {
  test('a file goes up encrypted and comes back the same', async () => {
    const connection = await connect();
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(folder, 'up.bin'), bytes);
    const [up] = await run(connection, `put 'file://${folder}/up.bin' @~/here/ auto_compress = false`);
    expect(up).toMatchObject({ status: 'UPLOADED', source: 'up.bin' });
    const [listed] = await run(connection, 'list @~/here/');
    expect(Number(listed!.size)).toBeGreaterThan(bytes.length);
    mkdirSync(join(folder, 'down'));
    const [down] = await run(connection, `get @~/here/ 'file://${folder}/down/'`);
    expect(down).toMatchObject({ status: 'DOWNLOADED' });
    const sha = (content: Buffer) => createHash('sha256').update(content).digest('hex');
    expect(sha(readFileSync(join(folder, 'down', 'up.bin')))).toBe(sha(bytes));
    await run(connection, 'remove @~/here/');
    expect(endpoint.storedFiles()).toEqual([]);
  });
});

describe('SQL that the endpoint does not know', () => {
  test.each([
    'select * from "S" tablesample (10)',
    'select nvl2("A", 1, 2) from "S"',
    'update "S" set "A" = soundex("A")',
    'truncate table "S"',
    'copy into @~/x/ from (select 1) file_format = (type = csv) header = true',
    `copy into "S" ("A") from (select $1:"a"::varchar from @~/x/) file_format = (type = parquet)`,
    'select "A" from "S" where "A" ilike any (1)',
    'select ‘A’ from "S"',
  ])('is refused: %s', async (sql) => {
    const connection = await connect();
    await run(connection, 'create table "S" ("A" varchar)');
    await expect(run(connection, sql)).rejects.toThrow(/does not understand/);
    expect(served.errors).toEqual([]);
  });

  test('an unknown request is an error of the endpoint', async () => {
    const response = await fetch(`${served.accessUrl}/no/such/path`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ success: false });
  });
});

test('the same handlers answer under msw, without a socket', async () => {
  const intercepted = interceptEndpoint(endpoint, 'http://acme.snowflake.test');
  try {
    const connection = await connect({ password: ANA.password, accessUrl: 'http://acme.snowflake.test' });
    writeFileSync(join(folder, 'a.txt'), 'over the wire that is none');
    await run(connection, `put 'file://${folder}/a.txt' @~/msw/ auto_compress = false`);
    expect(await run(connection, 'list @~/msw/')).toHaveLength(1);
    endpoint.faults.plan({ at: 'query:select', kind: 'reset-after' });
    expect(await run(connection, 'select 1::number(38, 0) as "ONE"')).toEqual([{ ONE: 1 }]);
    await new Promise((resolve) => connections.pop()!.destroy(resolve));
  } finally {
    intercepted.close();
  }
});
