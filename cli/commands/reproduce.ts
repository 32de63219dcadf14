import { Command } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { parseAsOfDate, parseCount, parseTenantId } from '../options/options.ts';

interface ReproduceOptions {
  readonly tenant: TenantId;
  readonly account: string;
  readonly asOf: AsOfDate;
  readonly revision?: number;
}

export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description(
      'Compute a past score again from its kept inputs and its model version, and compare every bit.',
    )
    .requiredOption('--tenant <id>', 'the tenant of the account', parseTenantId)
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--as-of <date>', 'the day of the score', parseAsOfDate)
    .option('--revision <n>', 'this revision of it (default: the latest)', parseCount)
    .action(async ({ tenant, account, asOf, revision }: ReproduceOptions, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { openRegistry } = await import('../context/open-registry.ts');
      const { reproduceScore } = await import('../../serving/reproduce/reproduce-score.ts');
      const { describeReproduction } = await import('../printing/describe-reproduction.ts');
      const registry = openRegistry(configuration, clock);
      const done = await withWarehouse(configuration, 'reproduce', (warehouse) =>
        reproduceScore(warehouse, {
          tenantId: tenant,
          accountId: account,
          asOf,
          revision,
          loadModel: async (name, version) => (await registry.load(name, version)).model,
        }),
      );
      terminal.document(done);
      terminal.print(describeReproduction(done));
      if (!done.isEqual) process.exitCode = 1;
    });
}
