import { Command } from 'commander';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { listOf, parseCount, parseTenantId } from '../options/options.ts';

const REASON = ['--reason <text>', 'why, for the record'] as const;

export function nightsCommand(): Command {
  return new Command('nights')
    .description('List the nights whose scores the mart holds, and take the last ones back.')
    .addCommand(
      new Command('list')
        .description('nights, the latest first: what they scored, whom they serve, what was taken back')
        .option('--limit <n>', 'so many', parseCount, 20)
        .action(list),
    )
    .addCommand(
      new Command('rollback')
        .description('take back the scores of the last night: those before it are served again')
        .option('--to <night>', 'the night that is to be the latest: its id, or enough of it')
        .option('--tenant <id>', 'only of this tenant (repeatable)', listOf(parseTenantId))
        .requiredOption(...REASON)
        .action((options: RollbackOptions, command: Command) => change(options, command, false)),
    )
    .addCommand(
      new Command('undo')
        .description('give back the scores that the last rollback took')
        .requiredOption(...REASON)
        .action((options: RollbackOptions, command: Command) => change(options, command, true)),
    );
}

interface RollbackOptions {
  readonly to?: string;
  readonly tenant?: readonly TenantId[];
  readonly reason: string;
}

async function list({ limit }: { readonly limit: number }, command: Command): Promise<void> {
  const { configuration, terminal } = commandContext(command);
  const { listNights } = await import('../../serving/nights/list-nights.ts');
  const { describeNights } = await import('../printing/describe-nights.ts');
  const nights = await withWarehouse(configuration, 'nights', listNights);
  terminal.document(nights.slice(0, limit));
  terminal.print(describeNights(nights, limit));
}

async function change(
  { to, tenant, reason }: RollbackOptions,
  command: Command,
  isUndo: boolean,
): Promise<void> {
  if (reason.trim() === '')
    throw new BadInput({ where: '--reason', what: 'it is empty', remedy: 'say why, for the record' });
  const context = commandContext(command);
  const { changeNights } = await import('../jobs/roll-back-nights.ts');
  const { describeRollback } = await import('../printing/describe-nights.ts');
  const done = await withWarehouse(context.configuration, 'nights', (warehouse) =>
    changeNights(context, warehouse, { to, tenantIds: tenant, reason, isUndo }),
  );
  context.terminal.document(done);
  context.terminal.print(describeRollback(done, isUndo));
}
