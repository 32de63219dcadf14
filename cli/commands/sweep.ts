import { Command } from 'commander';
import { commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { describeSweep } from '../printing/describe-sweep.ts';

export function sweepCommand(): Command {
  return new Command('sweep')
    .description(
      'Remove what killed processes left and what retention no longer keeps. Every night does so first.',
    )
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .action(async ({ dryRun }: { readonly dryRun?: true }, command: Command) => {
      const context = commandContext(command);
      const { sweep } = await import('../jobs/sweep/sweep.ts');
      const done = await withWarehouse(context.configuration, 'sweep', (warehouse) =>
        sweep(context, warehouse, { isDryRun: dryRun === true }),
      );
      context.terminal.document(done);
      context.terminal.print(describeSweep(done).join('\n'));
    });
}
