import { Command } from 'commander';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { confirm } from '../context/confirm.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { parseTenantId } from '../options/options.ts';
import { describeErasePlan, describeErasure } from '../printing/describe-erasure.ts';

interface EraseOptions {
  readonly tenant: TenantId;
  readonly account?: string;
  readonly reason: string;
  readonly yes?: true;
}

export function eraseCommand(): Command {
  return new Command('erase')
    .description('Erase an account, or a whole tenant, everywhere, and record that it was done.')
    .requiredOption('--tenant <id>', 'the tenant, or the tenant of the account', parseTenantId)
    .option('--account <id>', 'the account; without it the whole tenant is erased')
    .requiredOption('--reason <text>', 'why, for the record; name nobody in it')
    .option('--yes', 'do not ask first')
    .action(async ({ tenant, account, reason, yes }: EraseOptions, command: Command) => {
      if (reason.trim() === '')
        throw new BadInput({ where: '--reason', what: 'it is empty', remedy: 'say why, for the record' });
      const { configuration, terminal, clock } = commandContext(command);
      const { checkKnown, erase, isNothing, planErasure } = await import('../jobs/erase.ts');
      await withWarehouse(configuration, 'erase', async (warehouse) => {
        const { snapshotsDirectory, publishedDirectory } = configuration;
        const context = { warehouse, snapshotsDirectory, publishedDirectory, clock, log: terminal.log };
        const plan = await planErasure(context, { tenantId: tenant, accountId: account ?? null });
        checkKnown(plan);
        if (isNothing(plan)) {
          terminal.document({ ...plan.earlier, notReached: plan.notReached });
          terminal.print(
            `already erased on ${plan.earlier!.finishedAt!.toISOString()}, and nothing came since`,
          );
          return;
        }
        terminal.log(describeErasePlan(plan));
        if (!yes && !(await confirm('This cannot be undone.', 'churn erase'))) {
          terminal.log('nothing was erased');
          process.exitCode = 1;
          return;
        }
        const done = await erase(context, plan, { reason, requestedBy: configuration.user });
        terminal.document({ ...done, notReached: plan.notReached });
        terminal.print(describeErasure(done, warehouse.engine));
      });
    });
}
