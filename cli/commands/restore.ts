import { Command } from 'commander';
import { BadInput } from '../../features/contract/failure.ts';
import { commandContext } from '../context/command-context.ts';

interface RestoreOptions {
  readonly from: string;
  readonly replace?: true;
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Put a back-up in the place of what CHURN_HOME holds, once every file of it is verified.')
    .requiredOption('--from <folder>', 'a folder that `churn backup` made')
    .option('--replace', 'also where something is there; it is kept beside the new')
    .action(async ({ from, replace }: RestoreOptions, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      if (configuration.snowflake !== null)
        throw new BadInput({
          where: 'CHURN_WAREHOUSE=snowflake',
          what: '`churn restore` works on the embedded warehouse only',
          remedy: "use Snowflake's time travel, or unset CHURN_WAREHOUSE",
        });
      const { restore } = await import('../jobs/backup/restore.ts');
      const restored = await restore(configuration, { from, mayReplace: replace === true, now: clock() });
      terminal.document(restored);
      const { rows, tables, madeAt, replaced } = restored;
      terminal.print(
        `${configuration.home}: ${rows} rows of ${tables} tables as they were on ${madeAt}${replaced === null ? '' : `; what was there is kept in ${replaced}`}`,
      );
    });
}
