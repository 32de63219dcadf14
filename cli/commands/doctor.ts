import { Command } from 'commander';
import { commandContext } from '../command-context.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what this installation has, what it lacks, and how fast it trains.')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { checkNode } = await import('../doctor/check-node.ts');
      const { checkHome } = await import('../doctor/check-home.ts');
      const { checkWarehouse } = await import('../doctor/check-warehouse.ts');
      const { checkChampions } = await import('../doctor/check-champions.ts');
      const { checkBackend } = await import('../doctor/check-backend.ts');
      const { describeFindings } = await import('../doctor/describe-findings.ts');
      const { openLocalRegistry } = await import('../../models/registry/local-registry.ts');
      const registry = openLocalRegistry({ directory: configuration.modelsDirectory, clock });
      const home = await checkHome(configuration.home);
      const findings = [checkNode(), await checkBackend(configuration.backend), home];
      // What lies in a home that cannot be used is no news.
      if (home.state !== 'broken')
        findings.push(await checkWarehouse(configuration.warehouseFile), await checkChampions(registry));
      const isWell = findings.every(({ state }) => state !== 'broken');
      terminal.document({ well: isWell, findings });
      terminal.print(describeFindings(findings));
      if (!isWell) process.exitCode = 1;
    });
}
