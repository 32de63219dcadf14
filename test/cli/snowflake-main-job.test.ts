import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildFeatures } from '../../cli/jobs/build-features.ts';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { loadSimulation } from '../../features/ingest/simulator/load-simulation.ts';
import { simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { buildRuns } from '../../serving/scores-mart/build-runs.ts';
import { aggregateOrJoin } from '../architecture/aggregates-or-joins.ts';
import { rowsOf } from '../serving/small-marts.ts';
import {
  BATCH_USER,
  openTestWarehouse,
  type TestWarehouse,
} from '../snowflake-endpoint/open-test-warehouse.ts';
import { runChurn } from './run-churn.ts';

/** The main job, marts excepted, by the real command through the real client, beside the same job on DuckDB. */

const PASSPHRASE = 'only this test knows it';
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE },
});

let folder: string;
let snowflake: TestWarehouse;
let environment: Record<string, string>;
const home = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-snowflake-job-'));
  const file = join(folder, 'embedded', 'warehouse.duckdb');
  const embedded = await openDuckDbWarehouse({ file });
  const endDate = asOfDateSchema.parse('2026-06-29');
  await loadSimulation(
    embedded,
    simulatePlatform({ seed: 7, tenants: 20, months: 10, endDate }),
    () => new Date(0),
  );
  await buildFeatures({ warehouse: embedded, clock: () => new Date() });
  await embedded.close();
  const marts = join(folder, 'marts.duckdb');
  cpSync(file, marts);
  const user = { name: 'churn_service', publicKey, roles: ['CHURN_BATCH'], defaultRole: 'PUBLIC' };
  snowflake = await openTestWarehouse({ file: marts, users: [user, BATCH_USER], account: 'acme-prod' });
  const keyFile = join(folder, 'key.p8');
  writeFileSync(keyFile, privateKey);
  environment = {
    CHURN_WAREHOUSE: 'snowflake',
    SNOWFLAKE_ACCOUNT: 'acme-prod',
    SNOWFLAKE_ACCESS_URL: snowflake.served.accessUrl,
    SNOWFLAKE_USER: 'churn_service',
    SNOWFLAKE_PRIVATE_KEY_PATH: keyFile,
    SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: PASSPHRASE,
    SNOWFLAKE_ROLE: 'CHURN_BATCH',
    SNOWFLAKE_WAREHOUSE: 'CHURN',
    SNOWFLAKE_DATABASE: 'CHURN',
  };
}, 120_000);

afterAll(async () => {
  await snowflake.close();
  rmSync(folder, { recursive: true, force: true });
});

const onSnowflake = (...args: string[]) => runChurn(home('snowflake'), args, environment);
const onDuckDb = (...args: string[]) => runChurn(home('embedded'), args);

test('extracts the same snapshot as from DuckDB', async () => {
  const extracted = await onSnowflake('features', 'extract', '--json');
  expect(extracted.stderr).toBe('');
  expect(extracted.status).toBe(0);
  const beside = await onDuckDb('features', 'extract', '--json');
  const [there, here] = [extracted, beside].map(
    ({ stdout }) => JSON.parse(stdout) as { id: string; rowCount: number },
  );
  expect(there!.rowCount).toBe(here!.rowCount);
  expect(there!.rowCount).toBeGreaterThan(1000);
  expect(there!.id).toBe(here!.id);
});

test('reports what the build noticed, as on DuckDB, and records it', async () => {
  const [there, here] = [
    await onSnowflake('features', 'report', '--json'),
    await onDuckDb('features', 'report', '--json'),
  ];
  expect(there.status).toBe(0);
  const [reported, beside] = [there, here].map(
    ({ stdout }) => JSON.parse(stdout) as { tenants: unknown[]; runId: string },
  );
  expect(reported!.tenants).toHaveLength(21);
  expect({ ...reported, runId: '' }).toEqual({ ...beside, runId: '' });
  const runs = await rowsOf(snowflake.warehouse, buildRuns, ['run_id', 'status']);
  expect(runs.filter((row) => row.run_id === reported!.runId)).toHaveLength(22);
});

test('trains, scores and merges the same scores as DuckDB, and a second run changes nothing', async () => {
  const trained = await onSnowflake('train', '--model', 'logistic');
  expect(trained.stderr).not.toMatch(/unexpected/);
  expect(trained.status).toBe(0);
  const first = await onSnowflake('score', '--json');
  expect(first.status).toBe(0);
  const { rowsWritten } = JSON.parse(first.stdout) as { rowsWritten: Record<string, number> };
  expect(rowsWritten.inserted).toBeGreaterThan(100);

  cpSync(home('snowflake/models'), home('embedded/models'), { recursive: true });
  expect((await onDuckDb('score')).status).toBe(0);
  const embedded = await openDuckDbWarehouse({ file: home('embedded/warehouse.duckdb') });
  const expected = await scoresOf(embedded);
  await embedded.close();
  expect(await scoresOf(snowflake.warehouse)).toEqual(expected);
  expect(expected).toHaveLength(rowsWritten.inserted!);

  const again = await onSnowflake('score', '--json');
  expect(again.status).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ rowsWritten: { inserted: 0, revised: 0, withdrawn: 0 } });
  expect(await scoresOf(snowflake.warehouse)).toEqual(expected);
}, 240_000);

test('every statement carries its run, none is refused, and nothing stays on the stages', () => {
  const { statements, served } = { statements: snowflake.endpoint.statements, served: snowflake.served };
  expect(served.errors).toEqual([]);
  const fromCommand = statements.filter(({ queryTag }) => queryTag !== 'churn test');
  expect(fromCommand.length).toBeGreaterThan(30);
  for (const { queryTag } of fromCommand)
    expect(queryTag).toMatch(/^churn (features extract|features report|train|score) [0-9a-f-]{36}$/);
  expect(new Set(fromCommand.map(({ role }) => role))).toEqual(new Set(['CHURN_BATCH']));
  expect(snowflake.endpoint.storedFiles()).toEqual([]);
});

test('statements neither aggregate nor join, except to compare scores with their latest revision', () => {
  const asked = snowflake.endpoint.statements.map(({ sql }) => sql);
  const found = asked.filter((sql) => aggregateOrJoin(sql) !== undefined);
  const append =
    /^merge into "SCORES"\."ACCOUNT_CHURN_SCORES" t using \(select .* left join \(select \*, rank\(\)/;
  expect(found.filter((sql) => !append.test(sql))).toEqual([]);
  expect(found).not.toEqual([]);
});

test('a wrong key gives one sentence without the secret', async () => {
  const { status, stderr } = await runChurn(home('other'), ['score'], {
    ...environment,
    SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE',
    SNOWFLAKE_PASSWORD: 'hunter2-hunter2',
  });
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(
    /Snowflake account acme-prod: `sign in` failed \(Incorrect username or password.*SNOWFLAKE_USER/,
  );
  expect(stderr).not.toMatch(/hunter2/);
});

test('the marts are not built by this command', async () => {
  const { status, stderr } = await onSnowflake('features', 'build');
  expect(status).toBe(2);
  expect(stderr).toMatch(/dbt build --target snowflake/);
});

test('a variable that is missing is named', async () => {
  const { SNOWFLAKE_ROLE: _, ...rest } = environment;
  const { status, stderr } = await runChurn(home('other'), ['score'], rest);
  expect(status).toBe(2);
  expect(stderr).toMatch(/SNOWFLAKE_ROLE is not set/);
});

test('the client leaves no file behind', () => {
  expect(readdirSync(home('snowflake')).sort()).toEqual(['models', 'snapshots']);
  expect(readFileSync(join(import.meta.dirname, '../../.gitignore'), 'utf8')).toContain('.churn/');
});

async function scoresOf(warehouse: Warehouse): Promise<unknown[]> {
  const kept = accountChurnScores.columns
    .map(({ name }) => name)
    .filter((name) => !['run_id', 'scored_at'].includes(name));
  return rowsOf(warehouse, accountChurnScores as TableDefinition, kept);
}
