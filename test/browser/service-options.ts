import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { createServiceLog } from '../../serving/http/telemetry/service-log.ts';
import type { startService } from '../../serving/service/start-service.ts';
import { SECRET, type ServiceUnderTest } from '../serving/http/service-under-test.ts';

/** How the service starts that a browser looks at: on prepared marts, on any free port, without limits and without a log. */
export function serviceOptions(prepared: ServiceUnderTest): Parameters<typeof startService>[0] {
  return {
    host: '127.0.0.1',
    port: 0,
    jwtSecret: SECRET,
    openWarehouse: () => openDuckDbWarehouse({ file: prepared.file, readOnly: true, lockTimeoutMs: 1_000 }),
    registry: prepared.registry,
    refreshSeconds: 3600,
    requestsPerMinute: null,
    rowsPerMinute: null,
    clock: () => prepared.now,
    log: createServiceLog({ write: () => undefined }),
  };
}
