import { Argument, Command } from 'commander';
import { GateRefused, OperationFailed } from '../../features/contract/failure.ts';
import { reliabilityProblems } from '../../models/artefact/reliability-problems.ts';
import type { Alias, ModelRegistry } from '../../models/registry/model-registry.ts';
import { type CommandContext, commandContext } from '../context/command-context.ts';
import { parseModelReference } from '../options/model-reference.ts';

export function modelsCommand(): Command {
  return new Command('models')
    .description('List, compare, promote and verify registered models.')
    .addCommand(subcommand('list', 'every version, oldest first', list))
    .addCommand(
      subcommand('show', 'the card of a version', show).argument(
        '<model>',
        'NAME, NAME@ALIAS or NAME@VERSION',
      ),
    )
    .addCommand(
      subcommand('compare', 'test metrics of several versions side by side', compare).argument(
        '<models...>',
        'NAME@ALIAS or NAME@VERSION, two or more',
      ),
    )
    .addCommand(
      subcommand('promote', 'let a version serve, if its probabilities are to be believed', promote)
        .argument('<model>', 'NAME@VERSION or NAME@challenger')
        .addArgument(
          new Argument('[alias]', 'what it becomes').choices(['champion', 'challenger']).default('champion'),
        )
        .option('--force', 'promote although its test says otherwise'),
    )
    .addCommand(
      subcommand('rollback', 'let the champion before this one serve again', rollback).argument(
        '<name>',
        'the model',
      ),
    )
    .addCommand(
      subcommand('verify', 'check every file against its hash', verify).argument('[name]', 'one model only'),
    );
}

type Work = (
  registry: ModelRegistry,
  context: CommandContext,
  args: readonly string[],
  options: { readonly force?: boolean },
) => Promise<void>;

function subcommand(name: string, description: string, work: Work): Command {
  const command = new Command(name).description(description);
  return command.action(async () => {
    const context = commandContext(command);
    const { openRegistry } = await import('../context/open-registry.ts');
    const registry = openRegistry(context.configuration, context.clock);
    await work(registry, context, command.processedArgs.flat() as string[], command.opts());
  });
}

const list: Work = async (registry, { terminal }) => {
  const { describeVersions } = await import('../printing/describe-models.ts');
  const versions = await registry.list();
  terminal.document(
    versions.map(({ name, version, aliases, scope, card }) => ({
      name,
      version,
      aliases,
      scope,
      trained_at: card.trained_at,
    })),
  );
  terminal.print(describeVersions(versions));
};

const show: Work = async (registry, { terminal, configuration }, [reference]) => {
  const { describeCard } = await import('../printing/describe-models.ts');
  const { name, version } = parseModelReference(reference!);
  const loaded = await registry.load(name, version);
  terminal.document({ name: loaded.name, version: loaded.version, card: loaded.card });
  terminal.print(describeCard(loaded, configuration.modelsDirectory));
};

const compare: Work = async (registry, { terminal }, references) => {
  const { describeComparison } = await import('../printing/describe-models.ts');
  const loaded = await Promise.all(
    references.map((reference) => {
      const { name, version } = parseModelReference(reference);
      return registry.load(name, version);
    }),
  );
  terminal.document(loaded.map(({ name, version, card }) => ({ name, version, test: card.test })));
  terminal.print(describeComparison(loaded));
};

const promote: Work = async (registry, { terminal }, [reference, alias], { force = false }) => {
  const { name, version } = parseModelReference(reference!);
  // Loading verifies: a damaged version must not come to serve.
  const loaded = await registry.load(name, version);
  const problems = alias === 'champion' ? reliabilityProblems(loaded.card) : [];
  if (problems.length > 0 && !force)
    throw new GateRefused({
      where: `${name}@${loaded.version}`,
      what: `is not reliable on its test rows: ${problems.join('; ')}`,
      remedy: 'train on more recent rows, or promote it all the same with --force',
    });
  for (const problem of problems) terminal.log(`${name}@${loaded.version}: ${problem}`);
  await registry.promote(name, loaded.version, alias as Alias);
  terminal.document({ name, version: loaded.version, alias });
  terminal.print(`${name}@${loaded.version} is ${alias}`);
};

const rollback: Work = async (registry, { terminal }, [name]) => {
  const version = await registry.rollback(name!);
  terminal.document({ name, version, alias: 'champion' });
  terminal.print(`${name}@${version} is champion again`);
};

const verify: Work = async (registry, { terminal, configuration }, [name]) => {
  const verified = await registry.verify(name);
  terminal.document(verified);
  const damaged = verified.filter(({ problems }) => problems.length > 0);
  for (const { name: model, version, problems } of damaged)
    terminal.log(`${model}@${version}: ${problems.join('; ')}`);
  if (damaged.length > 0) {
    throw new OperationFailed({
      where: configuration.modelsDirectory,
      what: `${damaged.length} of ${verified.length} versions are damaged`,
      remedy: 'roll back with `churn models rollback`, or train again',
    });
  }
  terminal.print(`${verified.length} versions, every file as it was written`);
};
