import { Command, Option } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { FAMILY_NAMES, type FamilyName } from '../../models/families/families.ts';
import { commandContext } from '../context/command-context.ts';
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
}

export function trainCommand(): Command {
  return new Command('train')
    .description('Train, calibrate, measure and register a model, from the marts or from any labelled table.')
    .addOption(
      new Option('--model <family>', 'what to fit').choices(['auto', ...FAMILY_NAMES]).default('auto'),
    )
    .option('--sequence', 'also learn features of weekly counts such as events_week_01 …', false)
    .option('--seed <n>', 'same data and seed, same model', parseSeed, 1)
    .option('--budget <time>', 'stop training with what there is after so long, e.g. 5m', parseBudgetSeconds)
    .option('--name <name>', 'its name in the registry (default: by scope)')
    .option('--scope <scope>', 'operator, tenants, or one tenant as tenant:ID', parseScope, {
      kind: 'tenants',
    })
    .option('--test-from <date>', 'keep as-of dates from this day on for the test', parseAsOfDate)
    .option('--test-tenant <id>', 'keep a tenant for the test (repeatable)', listOf(parseTenantId))
    .option('--embargo <days>', "keep slices so far apart instead of by each label's own window", parseCount)
    .option('--table <file>', 'train on this CSV or Parquet table instead of the marts')
    .option('--label <column>', 'with --table: the column that says who churned')
    .option('--id <column>', 'with --table: whose row it is')
    .option('--as-of <column>', 'with --table: the day the row speaks about')
    .option('--ignore <column>', 'with --table: a column to leave out (repeatable)', listOf(String))
    .action(async (options: TrainOptions, command: Command) => {
      const context = commandContext(command);
      const { describeTraining } = await import('../printing/describe-training.ts');
      const result = await trained(context, options);
      const { name, version, existed, alias, card } = result;
      context.terminal.document({
        name,
        version,
        existed,
        alias,
        metrics: Object.fromEntries(card.test.map(({ target, metrics }) => [target, metrics])),
        card,
      });
      context.terminal.print(describeTraining(result));
    });
}

async function trained(context: ReturnType<typeof commandContext>, options: TrainOptions) {
  const request = {
    family: options.model,
    sequence: options.sequence,
    seed: options.seed,
    name: options.name,
    budgetSeconds: options.budget,
    embargoDays: options.embargo,
    testFrom: options.testFrom,
    testTenants: options.testTenant,
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
