import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import {
  accounts,
  platformEvents,
  RAW_TABLES,
  subscriptions,
  supportTickets,
} from '../../../features/ingest/raw-tables.ts';
import { loadSimulation } from '../../../features/ingest/simulator/load-simulation.ts';
import { DEMO_WORLD, simulatePlatform } from '../../../features/ingest/simulator/simulate-platform.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { bodyOf } from '../../snowflake-endpoint/replies.ts';
import { serveEndpoint } from '../../snowflake-endpoint/serve-endpoint.ts';
import { createSnowflakeEndpoint } from '../../snowflake-endpoint/snowflake-endpoint.ts';
import { authorizeDbt } from './authorize-dbt.ts';

/*
 * node --import tsx test/python/runbook/serve-landing.ts LANDING FOLDER PUBLIC_KEY
 *
 * An account that is empty but for an administrator and what a loader has brought, in one of the three ways. Beside the
 * endpoint it serves what a dbt that runs on another engine asks: whether a statement is allowed, which tables a role sees,
 * and that it has built some. Prints both addresses, the tenants and their schemas.
 */
const [landing, folder, publicKeyFile] = process.argv.slice(2) as [string, string, string];
const file = join(folder, 'account.duckdb');
const simulated = await openDuckDbWarehouse({ file });
await loadSimulation(
  simulated,
  simulatePlatform({ ...DEMO_WORLD, seed: 3, tenants: 20, months: 10 }),
  () => new Date(0),
);
await simulated.close();

const administrator = { name: 'ADMIN', roles: ['ACCOUNTADMIN'], defaultRole: 'ACCOUNTADMIN' };
const endpoint = await createSnowflakeEndpoint({
  account: 'myorg-myaccount',
  users: [{ ...administrator, publicKey: readFileSync(publicKeyFile, 'utf8') }],
  file,
  grants: 'checked',
});
const { security, instance } = endpoint;
const connection = await instance.connect();
const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();

const landed = [platformEvents, accounts, subscriptions, supportTickets].map(({ relation }) => relation.name);
for (const { relation } of RAW_TABLES)
  await connection.run(
    landed.includes(relation.name)
      ? `create table main."${relation.name}" as from raw."${relation.name}"`
      : `drop table raw."${relation.name}"`,
  );
for (const name of landed) await connection.run(`drop table raw."${name}"`);
const named = landed.map((name) => `select distinct tenant_id from main."${name}"`).join(' union ');
const tenants = (await rowsOf(`${named} order by 1`)).map(([id]) => String(id));
const schemas = tenants.map((_, number) => `RAW_TENANT_${number}`);

// The database and its raw schema belong to the administrator, what a loader brings to a role that nobody else holds.
security.roles.create('LOADER');
security.adopt('SYSADMIN', 'DATABASE', 'CHURN');
security.adopt('SYSADMIN', 'SCHEMA', 'RAW');
const maker = { role: 'ACCOUNTADMIN', usesSecondaryRoles: false, user: administrator };
for (const [on, name, privilege] of [
  ['DATABASE', 'CHURN', 'USAGE'],
  ['DATABASE', 'CHURN', 'CREATE SCHEMA'],
  ['SCHEMA', 'RAW', 'USAGE'],
  ['SCHEMA', 'RAW', 'CREATE TABLE'],
] as const)
  security.grant(maker, { role: 'LOADER', privilege, on, name });
for (const name of landed) {
  const columns = (await rowsOf(`select column_name from (describe main."${name}")`)).map(([column]) =>
    String(column),
  );
  const upper = columns.map((column) => `"${column}" as "${column.toUpperCase()}"`).join(', ');
  if (landing === 'schema_per_tenant')
    for (const [number, tenant] of tenants.entries())
      await bring(schemas[number]!, name, `${upper}`, ` where tenant_id = '${tenant}'`);
  else await bring('RAW', name, landing === 'kafka' ? recordOf(name, columns) : upper);
  await connection.run(`drop table main."${name}"`);
}
if (landing === 'kafka')
  await connection.run(
    `insert into "RAW"."PLATFORM_EVENTS" select {'topic': 'crm.platform_events', 'partition': 1, 'offset': 1, 'CreateTime': 0}::json, {'tenant_id': 'a', 'event_time': 'yesterday'}::json`,
  );

async function bring(schema: string, name: string, columns: string, condition = ''): Promise<void> {
  if (security.find('SCHEMA', schema) === undefined) {
    security.adopt('LOADER', 'SCHEMA', schema);
    await connection.run(`create schema "${schema}"`);
  }
  const table = name.toUpperCase();
  await connection.run(
    `create table "${schema}"."${table}" as select ${columns} from (select row_number() over () as r, * from main."${name}")${condition}`,
  );
  security.adopt('LOADER', 'TABLE', `${schema}.${table}`);
}

/** As the connector lands a row. */
function recordOf(name: string, columns: readonly string[]): string {
  const content = columns.map((column) =>
    /_at$|_time$|_from$/.test(column)
      ? `'${column}', strftime("${column}", '%Y-%m-%dT%H:%M:%S.%gZ')`
      : `'${column}', "${column}"`,
  );
  return `json_object('topic', 'crm.${name}', 'partition', 0, 'offset', r, 'CreateTime', epoch_ms(loaded_at)) as "RECORD_METADATA",
    json_object(${content.join(', ')}) as "RECORD_CONTENT"`;
}

const asked = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('authorize'), role: z.string(), sql: z.string() }),
  z.object({ ask: z.literal('export'), role: z.string(), folder: z.string() }),
  z.object({
    ask: z.literal('built'),
    folder: z.string(),
    relations: z.array(z.string()),
  }),
]);

async function answer(request: z.infer<typeof asked>): Promise<unknown> {
  if (request.ask === 'authorize') {
    authorizeDbt(security, request.role, request.sql);
    return {};
  }
  if (request.ask === 'export') {
    const holder = { role: request.role, usesSecondaryRoles: false, user: administrator };
    const seen = [...security.visible(holder, 'TABLE'), ...security.visible(holder, 'VIEW')].map(
      ({ name }) => name,
    );
    for (const name of seen) {
      const [schema, table] = name.split('.');
      await connection.run(`copy (from "${schema}"."${table}") to '${request.folder}/${name}.parquet'`);
    }
    return { schemas: security.visible(holder, 'SCHEMA').map(({ name }) => name), relations: seen };
  }
  for (const name of request.relations) {
    const [schema, table] = name.split('.');
    await connection.run(`create schema if not exists "${schema}"`);
    await connection.run(
      `create or replace table "${schema}"."${table}" as from read_parquet('${request.folder}/${name}.parquet')`,
    );
  }
  return {};
}

const served = await serveEndpoint(endpoint);
const beside = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', async () => {
    try {
      const request = new Request('http://beside', { method: 'POST', body: Buffer.concat(chunks) });
      outgoing.end(JSON.stringify(await answer(asked.parse(await bodyOf(request)))));
    } catch (error) {
      outgoing.writeHead(403).end((error as Error).message);
    }
  });
});
beside.listen(0, '127.0.0.1', () => {
  const address = beside.address() as { port: number };
  process.stdout.write(
    `${JSON.stringify({ accessUrl: served.accessUrl, beside: `http://127.0.0.1:${address.port}`, tenants, schemas })}\n`,
  );
});
process.stdin.on('end', () => process.exit(0)).resume();
