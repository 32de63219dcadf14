import { Command } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { type CommandContext, commandContext } from '../command-context.ts';
import { withWarehouse } from '../open-warehouse.ts';
import { listOf, parseAsOfDate, parseTenantId } from '../options.ts';

interface ScoreOptions {
  readonly asOf?: AsOfDate;
  readonly tenant?: readonly TenantId[];
  readonly table?: string;
  readonly out?: string;
  readonly model?: string;
  readonly id?: string;
}

export function scoreCommand(): Command {
  return new Command('score')
    .description('Score every tenant into the scores mart (the nightly batch), or a table into a file.')
    .option('--as-of <date>', "score this day instead of each tenant's latest", parseAsOfDate)
    .option('--tenant <id>', 'only this tenant (repeatable)', listOf(parseTenantId))
    .option('--table <file>', 'score this CSV or Parquet table instead of the marts')
    .option('--out <file>', 'with --table: where the scores go, .csv or .parquet')
    .option('--model <model>', 'with --table: NAME, NAME@ALIAS or NAME@VERSION', 'table')
    .option('--id <column>', 'with --table: the column carried over beside the scores')
    .action(async (options: ScoreOptions, command: Command) => {
      const context = commandContext(command);
      if (options.table === undefined) await scoreMarts(context, options);
      else await scoreTable(context, options.table, options);
    });
}

async function scoreMarts(context: CommandContext, options: ScoreOptions): Promise<void> {
  const { describeNight, scoreTenants } = await import('../score-tenants.ts');
  const report = await withWarehouse(context.configuration, (warehouse) =>
    scoreTenants(context, warehouse, { asOf: options.asOf, tenantIds: options.tenant }),
  );
  context.terminal.document(report);
  context.terminal.print(describeNight(report));
  process.exitCode = report.exitCode;
}

async function scoreTable(
  context: CommandContext,
  file: string,
  { out, model, id }: ScoreOptions,
): Promise<void> {
  if (out === undefined) {
    throw new BadInput({
      where: file,
      what: 'nobody said where the scores go',
      remedy: 'name a file with --out, ending in .csv or .parquet',
    });
  }
  const { scoreTableFile } = await import('../score-table-file.ts');
  const written = await scoreTableFile(context, { file, out, model: model!, id });
  context.terminal.document(written);
  context.terminal.print(`${written.rows} rows scored with ${written.model} into ${out}`);
}
