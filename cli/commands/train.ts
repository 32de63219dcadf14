import { Command, Option } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { FAMILY_NAMES, type FamilyName } from '../../models/families/families.ts';
import type { TrainingResult } from '../../training/train.ts';
import { type CommandContext, commandContext } from '../context/command-context.ts';
import {
  listOf,
  parseAsOfDate,
  parseBudgetSeconds,
  parseCount,
  parseSeed,
  parseTenantId,
} from '../options/options.ts';
import { parseScope } from '../options/scope-option.ts';

interface TrainOptions {
  readonly model: 'auto' | FamilyName;
  readonly sequence: boolean;
  readonly monotone: boolean;
  readonly seed: number;
  readonly scope: SnapshotScope;
  readonly budget?: number;
  readonly name?: string;
  readonly embargo?: number;
  readonly testFrom?: AsOfDate;
  readonly testTenant?: readonly TenantId[];
  readonly table?: string;
  readonly label?: string;
  readonly id?: string;
  readonly asOf?: string;
  readonly ignore?: readonly string[];
  readonly promote: boolean;
  readonly reason?: string;
}

export function trainCommand(): Command {
  return new Command('train')
    .description(
      'Train a model on the marts or on any labelled table, calibrate it, measure it and register it.',
    )
    .addOption(
      new Option('--model <family>', 'the kind of model; auto blends what fits best')
        .choices(['auto', ...FAMILY_NAMES])
        .default('auto'),
    )
    .option('--sequence', 'also learn from the shape of weekly counts, columns such as events_week_01', false)
    .option(
      '--monotone',
      'let risk only go with a feature as its declared direction says; logistic and gam can be held to it',
      false,
    )
    .option('--seed <n>', 'the same data and seed give the same model', parseSeed, 1)
    .option(
      '--budget <time>',
      'finish within this time, for example 5m, with the best model found by then',
      parseBudgetSeconds,
    )
    .option('--name <name>', 'name in the registry (default: named after the scope)')
    .addOption(
      new Option('--scope <scope>', 'whose accounts: operator, tenants, or one tenant as tenant:ID')
        .argParser(parseScope)
        .default({ kind: 'tenants' }, 'tenants'),
    )
    .option('--test-from <date>', 'test on as-of dates from this day on', parseAsOfDate)
    .option(
      '--test-tenant <id>',
      'test on this tenant, and do not train on it (repeatable)',
      listOf(parseTenantId),
    )
    .option(
      '--embargo <days>',
      "days between training and test rows (default: the label's own window)",
      parseCount,
    )
    .option('--promote', 'let it serve at once, if it passes the gates of `churn models promote`', false)
    .option('--reason <text>', 'with --promote: why, for the history')
    .option('--table <file>', 'train on this CSV or Parquet table instead of the marts')
    .option('--label <column>', 'with --table: the column that says who churned')
    .option('--id <column>', 'with --table: the column with the account of each row')
    .option('--as-of <column>', 'with --table: the column with the date that each row describes')
    .option('--ignore <column>', 'with --table: a column to leave out (repeatable)', listOf(String))
    .action(async (options: TrainOptions, command: Command) => {
      const context = commandContext(command);
      const { describeTraining } = await import('../printing/describe-training.ts');
      const result = await trained(context, options);
      const show = (shown: TrainingResult) => {
        const { name, version, existed, alias, card } = shown;
        context.terminal.document({
          name,
          version,
          existed,
          alias,
          metrics: Object.fromEntries(card.test.map(({ target, metrics }) => [target, metrics])),
          card,
        });
        context.terminal.print(describeTraining(shown));
      };
      if (!options.promote) return show(result);
      try {
        await promoted(context, result, options);
      } catch (refusal) {
        // It is trained and registered all the same.
        show(result);
        throw refusal;
      }
      return show({ ...result, alias: 'champion' });
    });
}

async function promoted(
  context: CommandContext,
  { name, version }: TrainingResult,
  { reason = 'asked for when it was trained' }: TrainOptions,
): Promise<void> {
  const { openRegistry } = await import('../context/open-registry.ts');
  const { promoteModel } = await import('../jobs/promote-model.ts');
  const { configuration, clock } = context;
  const request = { name, version, by: configuration.user, reason, force: false };
  await promoteModel(context, openRegistry(configuration, clock), request);
}

async function trained(context: CommandContext, options: TrainOptions): Promise<TrainingResult> {
  const request = {
    family: options.model,
    sequence: options.sequence,
    monotone: options.monotone,
    seed: options.seed,
    name: options.name,
    budgetSeconds: options.budget,
    embargoDays: options.embargo,
    testFrom: options.testFrom,
    testTenants: options.testTenant,
    promoted: options.promote,
  };
  if (options.table === undefined) {
    const { trainFromWarehouse } = await import('../jobs/train-from-warehouse.ts');
    return trainFromWarehouse(context, { ...request, scope: options.scope });
  }
  const { trainFromTable } = await import('../jobs/train-from-table.ts');
  return trainFromTable(context, {
    ...request,
    file: options.table,
    label: options.label,
    id: options.id,
    asOf: options.asOf,
    ignore: options.ignore ?? [],
  });
}
