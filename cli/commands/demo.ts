import { Command } from 'commander';
import { commandContext } from '../context/command-context.ts';
import { parseCount, parseSeed } from '../options/options.ts';

interface DemoOptions {
  readonly seed: number;
  readonly tenants?: number;
  readonly months?: number;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Simulate a platform, build its marts, train, score, and print two risk lists.')
    .option('--seed <n>', 'another seed is another platform', parseSeed, 1)
    .option('--tenants <n>', 'customer organisations of the simulated platform', parseCount)
    .option('--months <n>', 'months of simulated history', parseCount)
    .action(async (options: DemoOptions, command: Command) => {
      const context = commandContext(command);
      const { runDemo } = await import('../jobs/run-demo.ts');
      const { describeDemo } = await import('../printing/describe-demo.ts');
      const demo = await runDemo(context, options);
      context.terminal.document(demo);
      context.terminal.print(describeDemo(demo, context));
      const { demoToken } = await import('../context/demo-token.ts');
      // It differs from run to run, and what the demo prints does not.
      context.terminal.log(`\nToken for the service, valid for twelve hours:\n${await demoToken(context)}`);
    });
}
