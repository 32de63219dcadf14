import { Argument, Command, InvalidArgumentError } from 'commander';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { listOf, parseTenantId } from '../options/options.ts';

const TABLES = ['events', 'accounts', 'subscriptions', 'support-tickets', 'tenant-settings'] as const;

interface ImportOptions {
  readonly map?: readonly (readonly [string, string])[];
  readonly ignore?: readonly string[];
  readonly tenant?: TenantId;
}

export function importCommand(): Command {
  return new Command('import')
    .description('Take rows in from a CSV or Parquet file: all of it or, when a row is bad, none.')
    .addArgument(new Argument('<table>', 'what the rows are').choices(TABLES))
    .argument('<file>', 'a .csv, .csv.gz, .tsv or .parquet file')
    .option(
      '--map <column=field>',
      "our column and the file's name for it (repeatable)",
      listOf(parseMapping),
    )
    .option('--ignore <field>', 'a field of the file to leave out (repeatable)', listOf(String))
    .option('--tenant <id>', 'the tenant of every row, for a file without a tenant_id', parseTenantId)
    .action(
      async (table: (typeof TABLES)[number], file: string, options: ImportOptions, command: Command) => {
        const { configuration, terminal, clock } = commandContext(command);
        const { importFile } = await import('../../features/ingest/import-file.ts');
        const report = await withWarehouse(configuration, 'import', (warehouse) =>
          importFile({
            warehouse,
            table,
            file,
            columnMap: new Map(options.map),
            ignore: options.ignore ?? [],
            ...(options.tenant === undefined ? {} : { tenantId: options.tenant }),
            clock,
          }),
        );
        terminal.document(report);
        terminal.print(
          report.alreadyImported
            ? `${file}: already imported, nothing changed`
            : `${file}: ${report.rowCount} rows into raw.${report.table}`,
        );
      },
    );
}

function parseMapping(value: string): readonly [string, string] {
  const [column, field, ...rest] = value.split('=');
  if (!column || !field || rest.length > 0)
    throw new InvalidArgumentError('write it as column=field, e.g. event_time=occurred_at');
  return [column, field];
}
