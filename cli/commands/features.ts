import { Command, Option } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { commandContext } from '../context/command-context.ts';
import { withEmbeddedWarehouse, withWarehouse } from '../context/open-warehouse.ts';
import { listOf, parseAsOfDate, parseTenantId } from '../options/options.ts';
import { parseScope } from '../options/scope-option.ts';

export function featuresCommand(): Command {
  return new Command('features')
    .description('Build the feature mart, extract immutable snapshots of it, and look at them.')
    .addCommand(buildCommand())
    .addCommand(extractCommand())
    .addCommand(profileCommand())
    .addCommand(kindsCommand());
}

function buildCommand(): Command {
  return new Command('build')
    .description('Run every transformation over the raw rows; all marts change together or none does.')
    .option(
      '--as-of <date>',
      'also build this day, beside the regular grid (repeatable)',
      listOf(parseAsOfDate),
    )
    .action(async ({ asOf = [] }: { readonly asOf?: readonly AsOfDate[] }, command: Command) => {
      const { configuration, terminal } = commandContext(command);
      const { buildFeatures } = await import('../jobs/build-features.ts');
      const marts = await withEmbeddedWarehouse(configuration, 'features build', (warehouse) =>
        buildFeatures(warehouse, asOf, ({ relation, seconds }) =>
          terminal.log(`${relation.schema}.${relation.name} in ${seconds.toFixed(1)} s`),
        ),
      );
      terminal.document({ marts });
      terminal.print(`${marts.length} marts built`);
    });
}

function extractCommand(): Command {
  return new Command('extract')
    .description('Write an immutable snapshot of features and labels: Parquet with a manifest.')
    .option('--scope <scope>', 'operator, tenants, or one tenant as tenant:ID', parseScope, {
      kind: 'tenants',
    })
    .action(async ({ scope }: { readonly scope: SnapshotScope }, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { extractSnapshot } = await import('../../features/snapshot/snapshot.ts');
      const { loadFeatureSet } = await import('../../features/marts/feature-set.ts');
      const snapshot = await withWarehouse(configuration, 'features extract', (warehouse) =>
        extractSnapshot({
          warehouse,
          featureSet: loadFeatureSet(),
          directory: configuration.snapshotsDirectory,
          scope,
          clock,
        }),
      );
      terminal.document(snapshot);
      terminal.print(`snapshot ${snapshot.id}: ${snapshot.rowCount} rows in ${snapshot.directory}`);
    });
}

interface ProfileOptions {
  readonly scope: SnapshotScope;
  readonly snapshot?: string;
  readonly table?: string;
}

function profileCommand(): Command {
  return new Command('profile')
    .description(
      'What each feature of a snapshot, or each column of a table, holds: missing, mean, quantiles, levels.',
    )
    .addOption(
      new Option('--scope <scope>', 'extract and profile: operator, tenants, or one tenant as tenant:ID')
        .argParser(parseScope)
        .default({ kind: 'tenants' }, 'tenants'),
    )
    .addOption(
      new Option('--snapshot <directory>', 'a snapshot that was extracted before').conflicts([
        'scope',
        'table',
      ]),
    )
    .addOption(
      new Option('--table <file>', 'a CSV or Parquet table instead of a snapshot').conflicts('scope'),
    )
    .action(async (options: ProfileOptions, command: Command) => {
      const context = commandContext(command);
      const { profileFeatures } = await import('../jobs/profile-features.ts');
      const { describeProfile } = await import('../printing/describe-profile.ts');
      const profile = await profileFeatures(context, options);
      context.terminal.document(profile);
      context.terminal.print(describeProfile(profile, context.terminal.width));
    });
}

function kindsCommand(): Command {
  return new Command('kinds')
    .description('The kinds of activity, the event types that each holds, and the types that nothing maps.')
    .option('--tenant <id>', 'count the events of one tenant only', parseTenantId)
    .action(async ({ tenant }: { readonly tenant?: TenantId }, command: Command) => {
      const { configuration, terminal } = commandContext(command);
      const { showKinds } = await import('../jobs/show-kinds.ts');
      const { describeKinds } = await import('../printing/describe-kinds.ts');
      const kinds = await withWarehouse(configuration, 'features kinds', (warehouse) =>
        showKinds(warehouse, tenant),
      );
      terminal.document(kinds);
      terminal.print(describeKinds(kinds, terminal.width));
      for (const note of kinds.notes) terminal.log(note);
    });
}
