import { Command } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { NightPart } from '../../serving/batch/night-part.ts';
import { type CommandContext, commandContext } from '../context/command-context.ts';
import { type Deadline, parseDeadline, parseTimeOfDay } from '../jobs/nightly/deadline.ts';
import { listOf, parseAsOfDate, parseCount, parseNightPart, parseTenantId } from '../options/options.ts';

interface NightlyOptions {
  readonly landing?: string;
  readonly deadline?: Deadline;
  readonly maxAge?: number;
  readonly tenant?: readonly TenantId[];
  readonly part?: NightPart;
  readonly from?: AsOfDate;
  readonly to?: AsOfDate;
  readonly check?: string | true;
}

export function nightlyCommand(): Command {
  return new Command('nightly')
    .description(
      'Run one night: import what landed, build the marts, score and publish. Run it again after a failure.',
    )
    .option('--landing <folder>', 'folder with what landed (default: landing in CHURN_HOME, if it is there)')
    .option(
      '--deadline <time>',
      'when scores must have landed: a time of day in UTC, e.g. 06:00, or a duration, e.g. 90m',
      parseDeadline,
    )
    .option(
      '--max-age <days>',
      'fail the gate (exit 3) when the newest day that could be scored is older than this',
      parseCount,
    )
    .option('--tenant <id>', 'score only this tenant (repeatable)', listOf(parseTenantId))
    .option('--part <k/n>', 'score only the k-th of n parts of the tenants, e.g. 3/8', parseNightPart)
    .option('--from <date>', 'back-fill: score every day from this one', parseAsOfDate)
    .option('--to <date>', 'back-fill: up to this day', parseAsOfDate)
    .option(
      '--check [time]',
      'run nothing, say whether the last night landed, and exit 1 if not; with a time of day in UTC, the night that was due by it',
      parseTimeOfDay,
    )
    .action(
      async (
        { landing, deadline, maxAge, tenant, part, from, to, check }: NightlyOptions,
        command: Command,
      ) => {
        const context = commandContext(command);
        if (check !== undefined) return sayWhetherItLanded(context, check === true ? null : check);
        const { runNightly } = await import('../jobs/nightly/run-nightly.ts');
        const { describeDoubts } = await import('../printing/describe-doubts.ts');
        const { describeSweep } = await import('../printing/describe-sweep.ts');
        const { describeNightly } = await import('../printing/describe-nightly.ts');
        const days = daysOf(from, to);
        const report = await runNightly(context, {
          landing: landing ?? null,
          deadline: deadline ?? null,
          maximumAgeDays: maxAge ?? null,
          onImported: (report) => {
            for (const line of describeDoubts(report)) context.terminal.log(line);
          },
          onSwept: (swept) => {
            for (const line of describeSweep(swept)) context.terminal.log(line);
          },
          tenantIds: tenant,
          part,
          days,
        });
        if (days === undefined) {
          // A back-fill is not how the last night went.
          const { sendNightMetrics } = await import('../jobs/nightly/send-night-metrics.ts');
          await sendNightMetrics(context, report);
        }
        context.terminal.document(report);
        context.terminal.print(describeNightly(report));
        process.exitCode = report.exitCode;
      },
    );
}

async function sayWhetherItLanded(context: CommandContext, hour: string | null): Promise<void> {
  const { checkLastNight } = await import('../jobs/nightly/check-last-night.ts');
  const { describeLanding } = await import('../printing/describe-landing.ts');
  const check = await checkLastNight(context, hour);
  context.terminal.document(check);
  context.terminal.print(describeLanding(check));
  if (!check.landed) process.exitCode = 1;
}

function daysOf(from: AsOfDate | undefined, to: AsOfDate | undefined) {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined || from > to)
    throw new BadInput({
      where: '--from and --to',
      what: 'they do not name a range of days',
      remedy: 'give both, the earlier one with --from',
    });
  return { from, to };
}
