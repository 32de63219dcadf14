import { Command } from 'commander';
import { PROGRAM_VERSION } from '../serving/service/program-version.ts';
import { alertsCommand } from './commands/alerts.ts';
import { backupCommand } from './commands/backup.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { featuresCommand } from './commands/features.ts';
import { importCommand } from './commands/import.ts';
import { modelsCommand } from './commands/models.ts';
import { monitorCommand } from './commands/monitor.ts';
import { nightlyCommand } from './commands/nightly.ts';
import { nightsCommand } from './commands/nights.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { restoreCommand } from './commands/restore.ts';
import { scoreCommand } from './commands/score.ts';
import { serveCommand } from './commands/serve.ts';
import { sweepCommand } from './commands/sweep.ts';
import { trainCommand } from './commands/train.ts';

/** The `churn` command. Parsing only: each subcommand imports its work when it runs, so `--help` stays quick. */
export function createProgram(): Command {
  const program = new Command('churn')
    .description('Calibrated churn risk for a multi-tenant CRM platform.')
    .version(PROGRAM_VERSION, '--version', 'print the version')
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .showHelpAfterError('churn: see the options with --help')
    .addHelpText(
      'after',
      '\nExit status: 0 done, 1 failed, 2 bad usage or input, 3 refused by a quality gate.',
    )
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'churn: ')) });
  const subcommands = [
    demoCommand(),
    importCommand(),
    featuresCommand(),
    trainCommand(),
    scoreCommand(),
    nightlyCommand(),
    nightsCommand(),
    monitorCommand(),
    alertsCommand(),
    reproduceCommand(),
    evaluateCommand(),
    modelsCommand(),
    eraseCommand(),
    sweepCommand(),
    backupCommand(),
    restoreCommand(),
    serveCommand(),
    doctorCommand(),
  ];
  for (const subcommand of subcommands) program.addCommand(subcommand);
  for (const command of allCommands(program)) {
    // A command built on its own does not inherit how the program prints and exits.
    command.copyInheritedSettings(program).helpCommand(false);
    if (command.commands.length === 0) {
      command.option('--json', 'print one JSON document on stdout and nothing else there');
    }
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
