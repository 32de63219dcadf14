import { BATCH_USER } from '../../test/snowflake-endpoint/open-test-warehouse.ts';
import { serveEndpoint } from '../../test/snowflake-endpoint/serve-endpoint.ts';
import { createSnowflakeEndpoint } from '../../test/snowflake-endpoint/snowflake-endpoint.ts';

/** Serves an endpoint whose feature mart has so many rows and columns; tells its parent where. */
const [rows, columns] = process.argv.slice(2).map(Number) as [number, number];
const endpoint = await createSnowflakeEndpoint({
  account: 'bench',
  users: [BATCH_USER],
  answerWithinMs: 30_000,
});
const connection = await endpoint.instance.connect();
const counts = Array.from({ length: columns - 20 }, (_, n) => `(hash(i + ${n}) % 100)::bigint as count_${n}`);
const ratios = Array.from({ length: 14 }, (_, n) => `random() * 3 as ratio_${n}`);
const kinds = Array.from({ length: 3 }, (_, n) => `'level ' || (hash(i * ${n + 2}) % 5) as kind_${n}`);
await connection.run('create schema analytics');
await connection.run(
  `create table analytics.account_features as select 'tenant-' || (i % 240) as tenant_id, 'acc-' || i as account_id,
   date '2026-06-29' as as_of_date, ${[...counts, ...ratios, ...kinds].join(', ')} from range(${rows}) as t(i)`,
);
connection.disconnectSync();
const { accessUrl } = await serveEndpoint(endpoint);
process.send!(accessUrl);
