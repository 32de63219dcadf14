import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { createServiceLog } from '../../serving/http/telemetry/service-log.ts';
import { startService } from '../../serving/service/start-service.ts';
import { startServiceUnderTest } from '../serving/http/service-under-test.ts';

// A whole service on small marts for tools that test from outside. Prints where it listens and a token for one of its
// two tenants, and serves until its input ends.
const folder = mkdtempSync(join(tmpdir(), 'churn-service-'));
const prepared = await startServiceUnderTest(folder);
await prepared.stop();
const service = await startService({
  host: '127.0.0.1',
  port: 0,
  openWarehouse: () => openDuckDbWarehouse({ file: prepared.file, readOnly: true, lockTimeoutMs: 1_000 }),
  registry: prepared.registry,
  refreshSeconds: 3600,
  requestsPerMinute: null,
  rowsPerMinute: null,
  clock: () => new Date(),
  log: createServiceLog({
    write(line) {
      if (line.includes('"level":"error"')) process.stderr.write(line);
    },
  }),
});
await service.refresh();
process.stdout.write(`${service.url} ${service.token}\n`);
process.stdin.resume();
process.stdin.on('end', async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});
