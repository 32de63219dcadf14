import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { createServiceLog } from '../../../serving/http/telemetry/service-log.ts';
import { type RunningService, startService } from '../../../serving/service/start-service.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

export interface RealServiceOptions {
  readonly rowsPerMinute?: number | null;
  readonly openWarehouse?: () => Promise<never>;
  /** Takes each line of its log. */
  readonly onLog?: (line: string) => void;
}

/** Another service over the same warehouse and registry, on a socket of its own, once it has loaded. */
export async function startRealService(
  { file, registry }: ServiceUnderTest,
  { rowsPerMinute = null, openWarehouse, onLog = () => undefined }: RealServiceOptions = {},
): Promise<RunningService> {
  const running = await startService({
    host: '127.0.0.1',
    port: 0,
    openWarehouse: openWarehouse ?? (() => openDuckDbWarehouse({ file, readOnly: true, lockTimeoutMs: 100 })),
    registry,
    refreshSeconds: 3600,
    requestsPerMinute: null,
    rowsPerMinute,
    clock: () => new Date(),
    log: createServiceLog({ write: onLog }),
  });
  await running.refresh();
  return running;
}
