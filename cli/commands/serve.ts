import { Command } from 'commander';
import { commandContext } from '../command-context.ts';

const REFRESH_SECONDS = 30;

export function serveCommand(): Command {
  return new Command('serve')
    .description('Answer risk lists over HTTP from memory; CHURN_HOST and CHURN_PORT say where.')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { startService } = await import('../../serving/http/start-service.ts');
      const { openDuckDbWarehouse } = await import('../../features/warehouse/duckdb-warehouse.ts');
      const service = await startService({
        host: configuration.host,
        port: configuration.port,
        jwtSecret: configuration.jwtSecret,
        jwtIssuer: configuration.jwtIssuer,
        jwtAudience: configuration.jwtAudience,
        openWarehouse: () =>
          openDuckDbWarehouse({ file: configuration.warehouseFile, readOnly: true, lockTimeoutMs: 0 }),
        refreshSeconds: REFRESH_SECONDS,
        clock,
        log: terminal.log,
      });
      terminal.document({ url: service.url, token: service.token });
      terminal.print(`listening on ${service.url}`);
      if (service.token !== null) {
        terminal.print(
          `try it:\n  curl -H "Authorization: Bearer ${service.token}" ${service.url}/v1/tenants/platform/scores`,
        );
      }
      await untilStopped();
      terminal.log('stopping: requests under way may end');
      await service.stop();
    });
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
