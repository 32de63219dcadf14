import { Command } from 'commander';
import { commandContext } from '../context/command-context.ts';

interface EvaluateOptions {
  readonly table: string;
  readonly label: string;
  readonly model: string;
  readonly id?: string;
  readonly asOf?: string;
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Measure a registered model on a labelled table that it has not seen.')
    .requiredOption('--table <file>', 'a CSV or Parquet table')
    .requiredOption('--label <column>', 'the column that says who churned')
    .option('--model <model>', 'NAME, NAME@ALIAS or NAME@VERSION', 'table')
    .option(
      '--id <column>',
      'the column with the account of each row; confidence intervals resample accounts',
    )
    .option('--as-of <column>', 'the column with the date that each row describes')
    .action(async (options: EvaluateOptions, command: Command) => {
      const context = commandContext(command);
      const { evaluateTable } = await import('../jobs/evaluate-table.ts');
      const { describeQuality } = await import('../printing/describe-training.ts');
      const { model, evaluation } = await evaluateTable(context, options);
      context.terminal.document({
        model,
        rows: evaluation.rows,
        churned: evaluation.churned,
        metrics: evaluation.metrics,
      });
      context.terminal.print(describeQuality(evaluation.target, [[model, evaluation]]));
    });
}
