import { Command, Option } from 'commander';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { BuiltMart } from '../../features/marts/build-marts.ts';
import type { BuildReport } from '../../features/marts/build-report.ts';
import type { RebuiltDates } from '../../features/marts/rebuilt-dates.ts';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { commandContext } from '../context/command-context.ts';
import { withEmbeddedWarehouse, withWarehouse } from '../context/open-warehouse.ts';
import type { Terminal } from '../context/terminal.ts';
import { listOf, parseAsOfDate, parseTenantId } from '../options/options.ts';
import { parseScope } from '../options/scope-option.ts';

export function featuresCommand(): Command {
  return new Command('features')
    .description('Build the feature mart, extract immutable snapshots of it, and look at them.')
    .addCommand(buildCommand())
    .addCommand(reportCommand())
    .addCommand(extractCommand())
    .addCommand(profileCommand())
    .addCommand(kindsCommand());
}

interface FeaturesBuildOptions {
  readonly asOf?: readonly AsOfDate[];
  readonly full: boolean;
}

function buildCommand(): Command {
  return new Command('build')
    .description('Run every transformation over the raw rows; all marts change together or none does.')
    .option(
      '--as-of <date>',
      'also build this day, beside the regular grid (repeatable)',
      listOf(parseAsOfDate),
    )
    .option('--full', 'build everything anew, and not only what changed since the last build', false)
    .action(async ({ asOf = [], full }: FeaturesBuildOptions, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { buildFeatures } = await import('../jobs/build-features.ts');
      await printReport(terminal, () =>
        withEmbeddedWarehouse(configuration, 'features build', (warehouse) =>
          buildFeatures({
            warehouse,
            days: asOf,
            full,
            clock,
            onStart: (anew) =>
              terminal.log(
                anew === null
                  ? 'building what changed since the last build'
                  : `building everything anew: ${anew}`,
              ),
            onBuilt: ({ relation, seconds }) =>
              terminal.log(`${relation.schema}.${relation.name} in ${seconds.toFixed(1)} s`),
          }),
        ),
      );
    });
}

function reportCommand(): Command {
  return new Command('report')
    .description('Print and record what the last build noticed; for marts that dbt itself built.')
    .action(async (_: unknown, command: Command) => {
      const { configuration, terminal, clock } = commandContext(command);
      const { reportBuild } = await import('../jobs/report-build.ts');
      await printReport(terminal, () =>
        withWarehouse(configuration, 'features report', (warehouse) => reportBuild(warehouse, clock)),
      );
    });
}

/** Prints the report of a build; that of a refused one goes to stderr, and the refusal on. */
async function printReport(
  terminal: Terminal,
  build: () => Promise<{
    readonly runId: string;
    readonly anew?: string | null;
    readonly rebuilt?: readonly RebuiltDates[];
    readonly marts?: readonly BuiltMart[];
    readonly report: BuildReport;
  }>,
): Promise<void> {
  const { BuildRefused } = await import('../../features/marts/build-refused.ts');
  const { wordedFindings } = await import('../jobs/runs-of-build.ts');
  const { describeBuild } = await import('../printing/describe-build.ts');
  const document = ({ tenants, findings }: BuildReport) => ({ tenants, findings: wordedFindings(findings) });
  try {
    const { runId, anew, rebuilt = [], marts, report } = await build();
    terminal.document({
      runId,
      status: 'succeeded',
      ...(marts ? { built_anew: anew, rebuilt, marts } : {}),
      ...document(report),
    });
    for (const dates of rebuilt) terminal.log(describeRebuilt(dates));
    terminal.print(describeBuild(report));
  } catch (error) {
    if (error instanceof BuildRefused) {
      terminal.document({ status: 'refused', ...document(error.report) });
      terminal.log(describeBuild(error.report));
    }
    throw error;
  }
}

/** Built again are all as-of dates from the first one on, so that the first, the last and their number tell which. */
function describeRebuilt({ tenantId, asOfDates, accounts }: RebuiltDates): string {
  const [first, last] = [asOfDates[0]!, asOfDates.at(-1)!];
  const dates =
    asOfDates.length === 1
      ? `as-of date ${first}`
      : `${asOfDates.length} as-of dates from ${first} to ${last}`;
  const forAccounts = accounts === 1 ? '1 account' : `${accounts.toLocaleString('en-US')} accounts`;
  return `${tenantId}: ${dates} built again for ${forAccounts}, because rows or settings reach back to then`;
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
      const snapshot = await withWarehouse(configuration, 'features extract', async (warehouse) =>
        extractSnapshot({
          warehouse,
          featureSet: await loadFeatureSet(warehouse),
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

interface KindsOptions {
  readonly tenant?: TenantId;
  readonly dbtVars?: true;
}

function kindsCommand(): Command {
  return new Command('kinds')
    .description('The kinds of activity, the event types that each holds, and the types that nothing maps.')
    .option('--tenant <id>', 'count the events of one tenant only', parseTenantId)
    .addOption(
      new Option('--dbt-vars', 'print the vars that make dbt build the same columns on Snowflake').conflicts(
        'tenant',
      ),
    )
    .action(async ({ tenant, dbtVars: isForDbt }: KindsOptions, command: Command) => {
      const { configuration, terminal } = commandContext(command);
      if (isForDbt) {
        const { stringify } = await import('yaml');
        const { dbtVars } = await import('../../features/settings/dbt-vars.ts');
        const { readFeatureSettings } = await import('../../features/settings/read-feature-settings.ts');
        const vars = dbtVars(await withWarehouse(configuration, 'features kinds', readFeatureSettings));
        terminal.document(vars);
        terminal.print(stringify(vars).trimEnd());
        return;
      }
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
