import { Command, InvalidArgumentError, Option } from 'commander';
import { BadInput } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { foldedName } from '../../features/warehouse/snowflake/control-schema.ts';
import type { Landing } from '../../features/warehouse/snowflake/security/security-plan.ts';
import { prepareSnowflakeClient } from '../configuration/configuration.ts';
import { type CommandContext, commandContext } from '../context/command-context.ts';
import { listOf, parseTenantId } from '../options/options.ts';

interface DoctorOptions {
  readonly target?: 'snowflake';
  readonly definitions?: boolean;
  readonly tenant?: readonly TenantId[];
  readonly landing: Landing;
  readonly landingSchema?: readonly string[];
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check this installation: what works, what is missing, and how fast it trains.')
    .addOption(
      new Option(
        '--target <target>',
        "check a Snowflake account's roles, grants and policies instead",
      ).choices(['snowflake']),
    )
    .option('--definitions', 'with --target: print the statements that set the account up')
    .option(
      '--tenant <id>',
      'with --target: a tenant with a role and a view of its own (repeatable)',
      listOf(parseTenantId),
    )
    .addOption(
      new Option('--landing <landing>', 'with --target: how rows reach the raw layer')
        .choices(['shared', 'schema_per_tenant', 'kafka'])
        .default('shared'),
    )
    .option(
      '--landing-schema <schema>',
      "with --landing schema_per_tenant: a schema that a tenant's rows land in (repeatable)",
      listOf(parseSnowflakeName),
    )
    .action(async (options: DoctorOptions, command: Command) => {
      if (options.target === 'snowflake') {
        await examineSnowflake(commandContext(command), options);
        return;
      }
      const { configuration, terminal, clock } = commandContext(command);
      const { checkNode } = await import('../doctor/check-node.ts');
      const { checkMemory } = await import('../doctor/check-memory.ts');
      const { checkHome } = await import('../doctor/check-home.ts');
      const { checkWarehouse } = await import('../doctor/check-warehouse.ts');
      const { checkChampions } = await import('../doctor/check-champions.ts');
      const { checkBackend } = await import('../doctor/check-backend.ts');
      const { describeFindings } = await import('../doctor/describe-findings.ts');
      const { openRegistry } = await import('../context/open-registry.ts');
      const registry = openRegistry(configuration, clock);
      const home = await checkHome(configuration.home);
      const findings = [
        checkNode(),
        checkMemory(configuration.memoryLimit),
        await checkBackend(configuration.backend),
        home,
      ];
      // What lies in a home that cannot be used is no news.
      if (home.state !== 'broken')
        findings.push(await checkWarehouse(configuration), await checkChampions(registry));
      const isWell = findings.every(({ state }) => state !== 'broken');
      terminal.document({ well: isWell, findings });
      terminal.print(describeFindings(findings));
      if (!isWell) process.exitCode = 1;
    });
}

function parseSnowflakeName(written: string): string {
  const name = foldedName(written);
  if (name === undefined)
    throw new InvalidArgumentError(`${written} is no name in Snowflake; put it in double quotes`);
  return name;
}

async function examineSnowflake(
  { configuration, terminal }: CommandContext,
  { definitions = false, tenant = [], landing, landingSchema }: DoctorOptions,
): Promise<void> {
  const { snowflake } = configuration;
  if (snowflake === null)
    throw new BadInput({
      where: 'churn doctor --target snowflake',
      what: 'no Snowflake account is configured',
      remedy: 'set CHURN_WAREHOUSE=snowflake and the SNOWFLAKE_ variables of docs/configuration.md',
    });
  const { snowflakePlan } = await import('../doctor/snowflake-plan.ts');
  const { database, warehouse } = snowflake;
  const plan = snowflakePlan(
    { database: database!, warehouse: warehouse!, landing, landingSchemas: landingSchema },
    tenant,
  );
  if (definitions) {
    const made = await import('../../features/warehouse/snowflake/security/security-definitions.ts');
    const [account, tenants] = [made.securityDefinitions(plan), made.tenantDefinitions(plan)];
    terminal.document({ account, tenants });
    terminal.print(account.map((statement) => `${statement};`).join('\n'));
    if (tenants.length > 0)
      terminal.print(
        ['', '-- Once dbt has built current_risk:', ...tenants.map((statement) => `${statement};`)].join(
          '\n',
        ),
      );
    return;
  }
  prepareSnowflakeClient();
  const { checkSnowflake } = await import('../doctor/check-snowflake.ts');
  const { describeFindings } = await import('../doctor/describe-findings.ts');
  const findings = await checkSnowflake(snowflake, plan);
  const isWell = findings.every(({ state }) => state !== 'broken');
  terminal.document({ well: isWell, findings });
  terminal.print(describeFindings(findings));
  if (!isWell) process.exitCode = 1;
}
