import { Command } from 'commander';
import { commandContext } from '../context/command-context.ts';
import { localSecret } from '../context/local-secret.ts';
import { openWarehouse } from '../context/open-warehouse.ts';

const REFRESH_SECONDS = 30;
/** A look for a new run starts no Snowflake warehouse; reading one does, and is billed for a minute at least. */
const SNOWFLAKE_REFRESH_SECONDS = 300;

export function serveCommand(): Command {
  return new Command('serve')
    .description('Serve risk lists over HTTP, on CHURN_HOST and CHURN_PORT.')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { startService } = await import('../../serving/service/start-service.ts');
      const { openDuckDbWarehouse } = await import('../../features/warehouse/duckdb/duckdb-warehouse.ts');
      const { openServedNight } = await import('../../serving/published/open-published-night.ts');
      const { createServiceLog } = await import('../../serving/http/telemetry/service-log.ts');
      const { openRegistry } = await import('../context/open-registry.ts');
      const { lentWarehouse } = await import('../../features/warehouse/lent-warehouse.ts');
      const log = createServiceLog();
      // Signed in to once, and not at every refresh.
      const kept = configuration.snowflake === null ? null : await openWarehouse(configuration, 'serve');
      const service = await startService({
        ...configuration,
        localSecret: () => localSecret(configuration.home),
        registry: openRegistry(configuration, clock),
        openWarehouse: async () =>
          kept === null
            ? // A home that never published a night is read itself, as long as nobody writes it.
              ((await openServedNight(configuration.publishedDirectory)) ??
              openDuckDbWarehouse({ file: configuration.warehouseFile, readOnly: true, lockTimeoutMs: 0 }))
            : lentWarehouse(kept),
        refreshSeconds: configuration.snowflake === null ? REFRESH_SECONDS : SNOWFLAKE_REFRESH_SECONDS,
        clock,
        log,
      });
      terminal.document({ url: service.url, token: service.token });
      terminal.print(`listening on ${service.url}`);
      if (service.token !== null) {
        terminal.print(
          `log in at ${service.url} with this token, or try it:\n  curl -H "Authorization: Bearer ${service.token}" ${service.url}/v1/tenants/platform/scores`,
        );
      }
      await untilStopped();
      terminal.log('stopping: requests in progress are finished first');
      await service.stop();
      await kept?.close();
      log.flush();
    });
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
