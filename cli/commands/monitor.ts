import { Command, Option } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { listOf, parseAsOfDate, parseTenantId } from '../options/options.ts';

interface MonitorOptions {
  readonly tenant?: readonly TenantId[];
  readonly model?: string;
  readonly asOf?: AsOfDate;
  readonly out?: string;
  readonly withHindsight?: boolean;
  readonly failOn?: 'retrain';
}

export function monitorCommand(): Command {
  return new Command('monitor')
    .description(
      'Measure the models that serve: drift, realised and expected performance, whether to train again.',
    )
    .option('--tenant <id>', 'only this tenant (repeatable)', listOf(parseTenantId))
    .option('--model <name>', 'only the model of this name')
    .option('--as-of <date>', 'as it was on this day (default: the newest scored one)', parseAsOfDate)
    .option('--out <file>', 'where the HTML report goes (default: reports in CHURN_HOME)')
    .option(
      '--with-hindsight',
      'count scores that were made after their outcome was known, such as back-fills',
    )
    .addOption(
      new Option('--fail-on <what>', 'exit 3 where training again is recommended').choices(['retrain']),
    )
    .action(async (options: MonitorOptions, command: Command) => {
      const context = commandContext(command);
      const { monitor } = await import('../jobs/monitor.ts');
      const { describeMonitoring } = await import('../printing/describe-monitoring.ts');
      const { report, file } = await monitor(context, {
        tenantIds: options.tenant,
        modelName: options.model,
        asOf: options.asOf,
        out: options.out,
        withHindsight: options.withHindsight === true,
      });
      context.terminal.document({ ...report, report: file });
      context.terminal.print(`${describeMonitoring(report)}\n\nreport: ${file}`);
      if (options.failOn === 'retrain' && report.retrain) process.exitCode = 3;
    });
}
