import { Command, Option } from 'commander';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { listOf, parseTenantId } from '../options/options.ts';

export function alertsCommand(): Command {
  return new Command('alerts')
    .description('Alerts about accounts, portfolios and the night itself.')
    .addCommand(sendCommand())
    .addCommand(listCommand())
    .addCommand(testCommand());
}

function sendCommand(): Command {
  return new Command('send')
    .description('Raise what the current scores make new, and send what is due. The night does the same.')
    .option('--tenant <id>', 'raise alerts of this tenant only (repeatable)', listOf(parseTenantId))
    .option('--due', 'only send what waits: raise nothing, and read no scores')
    .option('--dry-run', 'print what would be raised, and change nothing')
    .action(
      async (options: { tenant?: readonly TenantId[]; due?: true; dryRun?: true }, command: Command) => {
        const context = commandContext(command);
        const { describeSentAlerts, previewAlerts, sendAlerts } = await import('../jobs/send-alerts.ts');
        await withWarehouse(context.configuration, 'alerts', async (warehouse) => {
          if (options.dryRun) {
            const preview = await previewAlerts(context, warehouse, options.tenant);
            if (preview === null) throw noSettings(context.configuration.alertsFile);
            context.terminal.document(preview);
            for (const { tenantId, text, destinations } of preview.alerts)
              context.terminal.print(`${tenantId}: ${text} → ${destinations.join(', ') || 'nobody'}`);
            context.terminal.print(`${preview.alerts.length} alerts would be raised`);
            return;
          }
          const sent = await sendAlerts(context, warehouse, {
            tenantIds: options.tenant,
            isDueOnly: options.due === true,
          });
          if (sent === null) throw noSettings(context.configuration.alertsFile);
          context.terminal.document(sent);
          context.terminal.print(describeSentAlerts(sent));
          if (sent.pending + sent.dead > 0) process.exitCode = 1;
        });
      },
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('List the outbox: what was raised, where it goes, what became of it.')
    .requiredOption('--tenant <id>', 'the tenant', parseTenantId)
    .addOption(new Option('--status <status>', 'only these').choices(['pending', 'delivered', 'dead']))
    .action(async (options: { tenant: TenantId; status?: string }, command: Command) => {
      const { configuration, terminal } = commandContext(command);
      const { listAlerts } = await import('../jobs/list-alerts.ts');
      await withWarehouse(configuration, 'alerts', async (warehouse) => {
        const rows = await listAlerts(warehouse, options.tenant, options.status);
        terminal.document({ alerts: rows });
        for (const { status, destination, attempts, lastError, alert } of rows)
          terminal.print(
            `${alert.asOf}  ${status.padEnd(9)}  ${destination}  ${alert.text}${lastError === null ? '' : ` (${attempts} attempts: ${lastError})`}`,
          );
        if (rows.length === 0) terminal.print('none');
      });
    });
}

function testCommand(): Command {
  return new Command('test')
    .description('Send a message that says it is a test to a destination of alerts.yaml.')
    .argument('<destination>', 'its name')
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = commandContext(command);
      const { testDestination } = await import('../jobs/test-destination.ts');
      const isKnown = await testDestination(context, name);
      if (isKnown === null) throw noSettings(context.configuration.alertsFile);
      context.terminal.document({ destination: name, delivered: true });
      context.terminal.print(`${name} took the test message`);
    });
}

function noSettings(file: string): BadInput {
  return new BadInput({
    where: file,
    what: 'there is no such file',
    remedy: 'write it as docs/alerts.md describes',
  });
}
