import { BATCH_USER } from '../../test/snowflake-endpoint/open-test-warehouse.ts';
import { serveEndpoint } from '../../test/snowflake-endpoint/serve-endpoint.ts';
import { createSnowflakeEndpoint } from '../../test/snowflake-endpoint/snowflake-endpoint.ts';

/**
 * Serves an endpoint over a database file, in which every statement takes so long, and tells its parent where. Asked, it
 * tells what was asked of it since the last time.
 */
const [file, delay] = process.argv.slice(2) as [string, string];
const endpoint = await createSnowflakeEndpoint({
  account: 'bench',
  users: [BATCH_USER],
  file,
  statementDelayMs: Number(delay),
  answerWithinMs: 30_000,
});
const connection = await endpoint.instance.connect();
await connection.run('create schema if not exists "CHURN"');
await connection.run(
  'create table if not exists "CHURN"."MODEL_STATES" ("NAME" varchar, "REVISION" bigint, "STATE" varchar)',
);
connection.disconnectSync();
let told = 0;
let signInsTold = 0;
process.on('message', () => {
  const asked = endpoint.statements.slice(told).map(({ kind, sql }) => ({ kind, sql: sql.slice(0, 200) }));
  const signIns = endpoint.faults.seen.get('login') ?? 0;
  process.send!({ asked, signIns: signIns - signInsTold });
  told = endpoint.statements.length;
  signInsTold = signIns;
});
const { accessUrl } = await serveEndpoint(endpoint);
process.send!(accessUrl);
