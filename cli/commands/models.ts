import { Argument, Command } from 'commander';
import { OperationFailed } from '../../features/contract/failure.ts';
import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { type ServedScope, scopeText } from '../../models/registry/served-scope.ts';
import { type CommandContext, commandContext } from '../context/command-context.ts';
import { parseModelReference } from '../options/model-reference.ts';
import { parseCount } from '../options/options.ts';
import { parseServedScope } from '../options/scope-option.ts';

const SCOPE = ['--scope <scope>', 'operator, tenants, tenant:ID or table:NAME'] as const;
const REASON = ['--reason <text>', 'why, for the history'] as const;

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
      subcommand('promote', 'let a version serve a scope, if its probabilities are to be believed', promote)
        .argument('<model>', 'NAME@VERSION, NAME@challenger, or NAME for its latest version')
        .addArgument(
          new Argument('[alias]', 'what it becomes').choices(['champion', 'challenger']).default('champion'),
        )
        .option(SCOPE[0], `${SCOPE[1]} (default: the one it was trained for)`, parseServedScope)
        .requiredOption(...REASON)
        .option('--force', 'promote although a gate refuses')
        .option('--snapshot <directory>', 'compare on the rows of this snapshot')
        .option('--table <file>', 'for a model of tables: compare on the rows of this table')
        .option('--as-of <column>', 'with --table: the column with the date that each row describes'),
    )
    .addCommand(
      subcommand('rollback', 'let the champion before this one serve a scope again', rollback)
        .requiredOption(...SCOPE, parseServedScope)
        .requiredOption(...REASON),
    )
    .addCommand(
      subcommand('history', 'who served a scope, since when, by whom and why', history).requiredOption(
        ...SCOPE,
        parseServedScope,
      ),
    )
    .addCommand(
      subcommand('delete', 'remove a version that serves nobody', remove).argument('<model>', 'NAME@VERSION'),
    )
    .addCommand(
      subcommand('prune', 'remove old versions of a name that serve nobody', prune)
        .argument('<name>', 'the model')
        .option('--keep <n>', 'its latest versions that stay in any case', parseCount, 10),
    )
    .addCommand(
      subcommand('verify', 'check every file against its hash', verify).argument('[name]', 'one model only'),
    );
}

interface ModelsOptions {
  readonly scope?: ServedScope;
  readonly reason?: string;
  readonly force?: boolean;
  readonly snapshot?: string;
  readonly table?: string;
  readonly asOf?: string;
  readonly keep?: number;
}

type Work = (
  registry: ModelRegistry,
  context: CommandContext,
  args: readonly string[],
  options: ModelsOptions,
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
  const { entries } = await registry.champions();
  for (const { record, failure } of entries) {
    const doubt = failure?.message ?? record?.assumption;
    if (doubt) terminal.log(doubt);
  }
  const versions = await registry.list();
  terminal.document(
    versions.map(({ name, version, aliases, serves, scope, card }) => ({
      name,
      version,
      aliases,
      serves,
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

const promote: Work = async (registry, context, [reference, alias], options) => {
  const { scope, reason, force = false, ...rows } = options;
  const { terminal, configuration } = context;
  const { promoteModel, referenceToPromote } = await import('../jobs/promote-model.ts');
  const { describeDifference } = await import('../printing/describe-difference.ts');
  const { describePromotion } = await import('../printing/describe-promotion.ts');
  const { name, version } = await referenceToPromote(registry, reference!);
  const note = { by: configuration.user, reason: reason!, scope };
  if (alias === 'challenger') {
    const change = await registry.challenge(name, version, note);
    terminal.document({ name, version, alias, scope: change?.scope ?? null, changed: change !== null });
    terminal.print(
      `${name}@${version} is ${change === null ? 'challenger already' : `challenger of ${change.scope}`}`,
    );
    return;
  }
  const promoted = await promoteModel(context, registry, {
    name,
    version,
    ...note,
    ...rows,
    force,
    onCompared: (comparison) => terminal.print(`${describeDifference(comparison)}\n`),
  });
  terminal.document(promoted);
  terminal.print(describePromotion(promoted));
};

const rollback: Work = async (registry, { terminal, configuration }, _, { scope, reason }) => {
  const { championBefore } = await import('../../models/registry/champion-record.ts');
  const before = championBefore((await registry.champions()).recordOf(scope!));
  // Loading verifies: a damaged version must not come to serve again.
  if (before !== undefined) await registry.load(before.name, before.version);
  const { subject, previous } = await registry.rollback(scope!, { by: configuration.user, reason: reason! });
  terminal.document({ ...subject, alias: 'champion', scope: scopeText(scope!), previous });
  terminal.print(
    `${subject.name}@${subject.version} is champion of ${scopeText(scope!)} again, instead of ${previous!.name}@${previous!.version}`,
  );
};

const history: Work = async (registry, { terminal }, _, { scope }) => {
  const { describeHistory } = await import('../printing/describe-history.ts');
  const changes = await registry.history(scope!);
  const assumption = (await registry.champions()).recordOf(scope!)?.assumption;
  if (assumption) terminal.log(assumption);
  terminal.document(changes);
  terminal.print(describeHistory(scopeText(scope!), changes));
};

const remove: Work = async (registry, { terminal }, [reference]) => {
  const { name, version } = parseModelReference(reference!);
  await registry.remove(name, version);
  terminal.document({ name, removed: [version] });
  terminal.print(`${name}@${version} is removed`);
};

const prune: Work = async (registry, { terminal }, [name], { keep }) => {
  const { whyKept } = await import('../../models/registry/kept-versions.ts');
  const champions = await registry.champions();
  const versions = (await registry.list()).filter((one) => one.name === name);
  const removed: string[] = [];
  for (const { version } of versions.slice(0, -keep!)) {
    const reason = whyKept(champions, { name: name!, version });
    if (reason === null) {
      await registry.remove(name!, version);
      removed.push(version);
    } else terminal.log(`${name}@${version} stays: it ${reason}`);
  }
  terminal.document({ name, removed });
  terminal.print(
    removed.length === 0 ? `nothing of ${name} to remove` : `removed of ${name}: ${removed.join(', ')}`,
  );
};

const verify: Work = async (registry, { terminal, configuration }, [name]) => {
  const { verifyChampions } = await import('../../models/registry/verify-champions.ts');
  const verified = await registry.verify(name);
  // Whether a version is whole is one question, whether a scope has one that can serve another.
  const champions = name === undefined ? await verifyChampions(registry) : [];
  const broken = champions.filter(({ problem }) => problem !== null);
  terminal.document(verified);
  const damaged = verified.filter(({ problems }) => problems.length > 0);
  for (const { name: model, version, problems } of damaged)
    terminal.log(`${model}@${version}: ${problems.join('; ')}`);
  for (const { problem } of broken) terminal.log(problem!);
  if (broken.length > 0)
    throw new OperationFailed({
      where: broken.map(({ scope }) => scope).join(', '),
      what: `has no champion that can serve${damaged.length === 0 ? '' : `, and ${damaged.length} of ${verified.length} versions are damaged`}`,
      remedy: 'do what the lines above say before the night; until then its tenants keep their last scores',
    });
  if (damaged.length > 0) {
    throw new OperationFailed({
      where: configuration.modelsDirectory,
      what: `${damaged.length} of ${verified.length} versions are damaged`,
      remedy: 'train again; none of them serves, so the night goes on',
    });
  }
  terminal.print(`${verified.length} versions, every file as it was written`);
};
