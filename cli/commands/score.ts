import { Command, type InvalidArgumentError } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { isEmbedded } from '../../features/warehouse/warehouse.ts';
import type { NightPart } from '../../serving/batch/night-part.ts';
import type { NightScope } from '../../serving/batch/plan-night.ts';
import { type CommandContext, commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { listOf, parseAsOfDate, parseNightPart, parseTenantId } from '../options/options.ts';

interface ScoreOptions {
  readonly asOf?: string;
  readonly tenant?: readonly TenantId[];
  readonly part?: NightPart;
  readonly plan?: boolean;
  readonly table?: string;
  readonly out?: string;
  readonly model?: string;
  readonly id?: string;
}

export function scoreCommand(): Command {
  return new Command('score')
    .description('Score every tenant into the scores mart (the nightly batch), or a table into a file.')
    .option(
      '--as-of <date>',
      "score this day instead of each tenant's latest; with --table: the column with the date that each row describes",
    )
    .option('--tenant <id>', 'only this tenant (repeatable)', listOf(parseTenantId))
    .option('--part <k/n>', 'only the k-th of n parts of the tenants, e.g. 3/8', parseNightPart)
    .option('--plan', 'say which tenants would be scored, and at which day, and score none')
    .option('--table <file>', 'score this CSV or Parquet table instead of the marts')
    .option('--out <file>', 'with --table: the file to write, .csv or .parquet')
    .option('--model <model>', 'with --table: NAME, NAME@ALIAS or NAME@VERSION', 'table')
    .option('--id <column>', 'with --table: the column to copy beside the scores')
    .action(async (options: ScoreOptions, command: Command) => {
      const context = commandContext(command);
      if (options.table === undefined) {
        const asOf = options.asOf === undefined ? undefined : dateOf(options.asOf, command);
        const selection = { asOf, tenantIds: options.tenant, part: options.part };
        await (options.plan ? planMarts(context, selection) : scoreMarts(context, selection));
      } else await scoreTable(context, options.table, options);
    });
}

async function planMarts(context: CommandContext, selection: NightScope): Promise<void> {
  const { planNight } = await import('../../serving/batch/plan-night.ts');
  const plans = await withWarehouse(context.configuration, 'score', (warehouse) =>
    planNight(warehouse, selection),
  );
  context.terminal.document({ tenants: plans.map(({ tenantId, asOf }) => ({ tenantId, asOf })) });
  context.terminal.print(
    plans.map(({ tenantId, asOf }) => `${tenantId} ${asOf ?? 'has nothing to score'}`).join('\n'),
  );
}

async function scoreMarts(context: CommandContext, selection: NightScope): Promise<void> {
  const { describeNight, publishScores, scoreTenants } = await import('../jobs/score-tenants.ts');
  const report = await withWarehouse(context.configuration, 'score', async (warehouse) => {
    const night = await scoreTenants(context, warehouse, selection);
    if (isEmbedded(warehouse)) await publishScores(context, warehouse, night.runId);
    return night;
  });
  context.terminal.document(report);
  context.terminal.print(describeNight(report));
  process.exitCode = report.exitCode;
}

/** Only the marts take a date; for a table the same option names a column, so it cannot be parsed with the options. */
function dateOf(value: string, command: Command): AsOfDate {
  try {
    return parseAsOfDate(value);
  } catch (cause) {
    const { message } = cause as InvalidArgumentError;
    return command.error(`error: option '--as-of <date>' argument '${value}' is invalid. ${message}`);
  }
}

async function scoreTable(
  context: CommandContext,
  file: string,
  { out, model, id, asOf }: ScoreOptions,
): Promise<void> {
  if (out === undefined) {
    throw new BadInput({
      where: file,
      what: 'nobody said where the scores go',
      remedy: 'name a file with --out, ending in .csv or .parquet',
    });
  }
  const { scoreTableFile } = await import('../jobs/score-table-file.ts');
  const written = await scoreTableFile(context, { file, out, model: model!, id, asOf });
  context.terminal.document(written);
  context.terminal.print(`${written.rows} rows scored with ${written.model} into ${out}`);
}
