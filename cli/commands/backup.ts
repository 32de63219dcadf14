import { Command } from 'commander';
import { commandContext } from '../context/command-context.ts';
import { withEmbeddedWarehouse } from '../context/open-warehouse.ts';

/** A night is let end first. */
const WAIT = { milliseconds: 30 * 60_000 };

export function backupCommand(): Command {
  return new Command('backup')
    .description(
      'Copy the warehouse, models, snapshots and published nights into a folder, with their hashes.',
    )
    .requiredOption('--to <folder>', 'a folder that is not there yet')
    .action(async ({ to }: { readonly to: string }, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { backUp } = await import('../jobs/backup/back-up.ts');
      const { folder, manifest, bytes } = await withEmbeddedWarehouse(
        configuration,
        'backup',
        (warehouse) => backUp(configuration, warehouse, to, clock),
        WAIT,
      );
      const files = Object.keys(manifest.files).length;
      const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0);
      terminal.document({ folder, files, bytes, rows, madeAt: manifest.made_at });
      terminal.print(
        `${folder}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${rows} rows, read back and whole`,
      );
    });
}
