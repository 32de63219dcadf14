import { dirname, resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { commandContext } from '../context/command-context.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { listOf, parseTenantId } from '../options/options.ts';
import { describeDoubts } from '../printing/describe-doubts.ts';
import { COUNTS_FROM, describeMappedImport } from '../printing/describe-mapped-import.ts';

const TABLES = [
  'events',
  'accounts',
  'subscriptions',
  'support-tickets',
  'currency-rates',
  'tenant-settings',
  'event-kinds',
  'build-thresholds',
  'activity-kinds',
  'feature-settings',
] as const;

type Table = (typeof TABLES)[number];

interface ImportOptions {
  readonly map?: readonly (readonly [string, string])[];
  readonly ignore?: readonly string[];
  readonly tenant?: TenantId;
  readonly mapping?: string;
  readonly propose?: readonly string[];
  readonly out?: string;
  readonly backfill?: true;
  readonly strict?: true;
}

export function importCommand(): Command {
  return new Command('import')
    .description('Take rows in from CSV or Parquet files. Single bad rows are set aside with their reasons.')
    .usage(
      '[options] <table> <file>\n       churn import [options] --mapping <file>\n       churn import [options] --propose <file...>',
    )
    .addArgument(new Argument('[table]', 'what the rows are').choices(TABLES))
    .argument('[file]', 'a .csv, .csv.gz, .tsv or .parquet file')
    .option(
      '--map <column=field>',
      "our column and the file's name for it (repeatable)",
      listOf(parseMapping),
    )
    .option('--ignore <field>', 'a field of the file to leave out (repeatable)', listOf(String))
    .option('--tenant <id>', 'the tenant of every row, for a file without a tenant_id', parseTenantId)
    .option(
      '--backfill',
      'declare the rows history: they count from when they happened, not from now (a first load does so by itself)',
    )
    .option('--strict', 'refuse the whole import when any row is bad')
    .option('--mapping <file>', 'a mapping, in YAML or JSON, of files to raw tables (docs/your-data.md)')
    .option('--propose <file...>', 'draft a mapping of these files, and say what is unsure')
    .option('--out <file>', 'with --propose: where the draft goes, .yaml or .json; stdout when absent')
    .action(
      async (
        table: Table | undefined,
        file: string | undefined,
        options: ImportOptions,
        command: Command,
      ) => {
        if (options.propose !== undefined) {
          if (table !== undefined || options.mapping !== undefined)
            command.error('error: --propose drafts a mapping; give it and the files alone');
          await draftMapping(options.propose, options, command);
          return;
        }
        if (options.mapping !== undefined) {
          if (table !== undefined || options.map !== undefined || options.ignore !== undefined)
            command.error('error: --mapping says itself which files and columns; give it alone');
          await importWithMapping(options.mapping, options, command);
          return;
        }
        if (table === undefined || file === undefined)
          command.error('error: give a table and a file, --mapping <file> or --propose <file...>');
        await importTable(table, file, options, command);
      },
    );
}

async function importTable(
  table: Table,
  file: string,
  options: ImportOptions,
  command: Command,
): Promise<void> {
  const { configuration, terminal, clock } = commandContext(command);
  const { importFile } = await import('../../features/ingest/import-file.ts');
  const { IMPORT_RULES } = await import('../../features/ingest/importable-tables.ts');
  const { recordImport } = await import('../jobs/record-import.ts');
  const tableName = IMPORT_RULES[table].table.relation.name;
  const [report] = await withWarehouse(configuration, 'import', (warehouse) =>
    recordImport({ warehouse, clock, nightRunId: null, file, tableName }, async (onFresh) => [
      await importFile({
        warehouse,
        table,
        file,
        columnMap: new Map(options.map),
        ignore: options.ignore ?? [],
        isBackfill: options.backfill ?? false,
        isStrict: options.strict ?? false,
        ...(options.tenant === undefined ? {} : { tenantId: options.tenant }),
        clock,
        onFresh,
      }),
    ]),
  );
  if (report === undefined) throw new TypeError('an import without a report');
  terminal.document(report);
  for (const line of describeDoubts(report)) terminal.log(line);
  terminal.print(
    report.alreadyImported
      ? `${file}: already imported, nothing changed`
      : `${file}: ${report.inserted} of ${report.rowCount} rows are new in raw.${report.table}${report.countsFrom === null ? '' : `; ${COUNTS_FROM[report.countsFrom]}`}`,
  );
}

async function importWithMapping(
  mappingFile: string,
  { tenant, backfill, strict }: ImportOptions,
  command: Command,
): Promise<void> {
  const { configuration, terminal, clock } = commandContext(command);
  const { importMapped } = await import('../../features/ingest/mapping/import-mapped.ts');
  const { recordImport } = await import('../jobs/record-import.ts');
  const reports = await withWarehouse(configuration, 'import', (warehouse) =>
    recordImport({ warehouse, clock, nightRunId: null, file: mappingFile, tableName: null }, (onFresh) =>
      importMapped({
        warehouse,
        mappingFile,
        isBackfill: backfill ?? false,
        isStrict: strict ?? false,
        ...(tenant === undefined ? {} : { tenantId: tenant }),
        clock,
        onFresh,
      }),
    ),
  );
  terminal.document(reports);
  for (const report of reports) {
    for (const line of describeDoubts({ ...report, assumptions: [] })) terminal.log(line);
    terminal.print(describeMappedImport(report));
  }
}

async function draftMapping(
  files: readonly string[],
  { tenant, out }: ImportOptions,
  command: Command,
): Promise<void> {
  const { terminal } = commandContext(command);
  const { proposeMapping } = await import('../../features/ingest/mapping/propose/propose-mapping.ts');
  const { describeProposal, proposalText, writeProposal } = await import(
    '../../features/ingest/mapping/propose/write-proposal.ts'
  );
  const folder = out === undefined ? process.cwd() : dirname(resolve(out));
  const proposal = await proposeMapping({
    files,
    folder,
    ...(tenant === undefined ? {} : { tenantId: tenant }),
  });
  if (out !== undefined) writeProposal(proposal, out);
  terminal.document(proposal);
  terminal.print(out === undefined ? proposalText(proposal, 'yaml') : describeProposal(proposal, out));
}

function parseMapping(value: string): readonly [string, string] {
  const [column, field, ...rest] = value.split('=');
  if (!column || !field || rest.length > 0)
    throw new InvalidArgumentError('write it as column=field, e.g. event_time=occurred_at');
  return [column, field];
}
