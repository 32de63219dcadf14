import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BadInput } from '../../contract/failure.ts';
import type { TenantId } from '../../contract/tenant-id.ts';
import { fileSha256 } from '../../files/content-hash.ts';
import type { FieldReading } from '../../files/field-reading.ts';
import { type TableFile, tableOfRows, withTableFile } from '../../files/table-file.ts';
import { checkSettings } from '../../settings/check-settings.ts';
import { makeTemporaryFolder } from '../../temporary/temporary-folder.ts';
import type { ColumnBatch, Warehouse } from '../../warehouse/warehouse.ts';
import { checkRows } from '../check-rows.ts';
import {
  type Arrival,
  arrivalOf,
  backfillChange,
  countsFrom,
  tenantsToDeclare,
} from '../declare-backfill.ts';
import { ensureRawTables } from '../ensure-raw-tables.ts';
import { type ImportReport, NOTHING_NEW } from '../import-file.ts';
import { IMPORT_RULES, isConfiguration } from '../importable-tables.ts';
import { earlierImport, type ImportedFile, rememberImports } from '../imported-files.ts';
import { hasQuarantined, quarantineChange, quarantinedOf, unusableRows } from '../quarantine.ts';
import { rawChange } from '../raw-change.ts';
import { platformEvents } from '../raw-tables.ts';
import { rowsByTenant } from '../rows-by-tenant.ts';
import { assumptionsOf } from './assumptions.ts';
import { filesOfPattern } from './files-of-pattern.ts';
import { fieldsOf, type MappingTally, mapRows, ROW_NUMBER } from './map-rows.ts';
import { mappedReadings } from './mapped-readings.ts';
import type { MappedFile } from './mapping.ts';
import { readLookup } from './read-lookup.ts';
import { readMapping } from './read-mapping.ts';

export interface MappedImportOptions {
  readonly warehouse: Warehouse;
  readonly mappingFile: string;
  /** Whose rows these are, where the mapping does not say. */
  readonly tenantId?: TenantId;
  /** Declares the rows history, as for a single file. */
  readonly isBackfill?: boolean;
  /** Refuses the files when any row is unusable. */
  readonly isStrict?: boolean;
  readonly clock: () => Date;
  /** Called and waited for before rows are written, where any file did not come in before. */
  readonly onFresh?: () => Promise<void>;
}

export interface MappedImportReport extends ImportReport {
  /** Rows of the file; `rowCount` are those made of them. */
  readonly rowsRead: number;
  /** Rows left out, by the rule that did it. */
  readonly skipped: readonly { readonly rule: string; readonly rows: number }[];
  /** Columns of the file that the mapping does not read. */
  readonly ignoredColumns: readonly string[];
}

interface PreparedFile {
  readonly mapped: MappedFile;
  readonly file: string;
  readonly contentHash: string;
  readonly report: Omit<MappedImportReport, 'inserted' | 'updated' | 'unchanged' | 'countsFrom'>;
  readonly arrival: Arrival;
  /** Absent for a file that came in before. */
  readonly parquetFile: string | undefined;
  readonly unusable: readonly ColumnBatch[];
}

/**
 * Takes the files of a mapping into the raw layer, all of them or none. Files that came in before change nothing.
 *
 * @returns one report a file, in the mapping's order
 * @throws BadInput for a mistake in the mapping, a file that cannot be read, or unusable rows: many, or any if strict
 */
export async function importMapped(options: MappedImportOptions): Promise<readonly MappedImportReport[]> {
  const { warehouse, mappingFile, clock } = options;
  const mapping = readMapping(mappingFile);
  const tenantId = tenantOf(options, mapping.tenant);
  const now = clock();
  await ensureRawTables(warehouse);
  const side = makeTemporaryFolder(tmpdir(), 'import');
  try {
    const prepared: PreparedFile[] = [];
    for (const mapped of mapping.files)
      for (const file of filesOfPattern(mapped.file, mappingFile))
        prepared.push(
          await prepare({
            warehouse,
            mappingFile,
            mapped,
            file,
            before: prepared,
            tenantId,
            isBackfill: options.isBackfill ?? false,
            isStrict: options.isStrict ?? false,
            now,
            parquetFile: join(side, `${prepared.length}.parquet`),
          }),
        );
    const fresh = prepared.filter((one) => one.parquetFile !== undefined);
    if (fresh.length > 0) await options.onFresh?.();
    const declared = await Promise.all(
      prepared.map(({ mapped, arrival }) =>
        tenantsToDeclare(warehouse, IMPORT_RULES[mapped.table].table, arrival, options.isBackfill ?? false),
      ),
    );
    await checkSettings(
      warehouse,
      fresh.map(({ report, file, parquetFile }) => ({
        tableName: report.table,
        file,
        parquetFile: parquetFile!,
      })),
    );
    const changes = [
      ...fresh.map(({ mapped, parquetFile, report }) =>
        rawChange(IMPORT_RULES[mapped.table], parquetFile!, report.isMended),
      ),
      ...(fresh.length > 0 ? [rememberImports(fresh.map(importedFile), now)] : []),
      ...quarantineChange(fresh.flatMap(({ unusable }) => unusable)),
      ...prepared.flatMap(({ report }, at) =>
        declared[at]!.length > 0 ? [backfillChange(report.table, declared[at]!, report.importedAt)] : [],
      ),
    ];
    const outcomes = changes.length > 0 ? await warehouse.write(changes) : [];
    return prepared.map((one, at) => {
      const outcome = outcomes[fresh.indexOf(one)];
      const { inserted, updated, unchanged } = outcome ?? {
        inserted: 0,
        updated: 0,
        unchanged: one.report.rowCount,
      };
      return {
        ...one.report,
        inserted,
        updated,
        unchanged,
        countsFrom: countsFrom(one.arrival, declared[at]!),
      };
    });
  } finally {
    rmSync(side, { recursive: true, force: true });
  }
}

function importedFile({ report, contentHash, file }: PreparedFile): ImportedFile {
  return { tableName: report.table, contentHash, file, rowCount: report.rowCount };
}

function tenantOf(
  { mappingFile, tenantId }: MappedImportOptions,
  written: TenantId | undefined,
): TenantId | undefined {
  if (tenantId !== undefined && written !== undefined && tenantId !== written)
    throw new BadInput({
      where: mappingFile,
      what: `the mapping says tenant ${written} and --tenant says ${tenantId}`,
      remedy: 'leave one of them out',
    });
  return written ?? tenantId;
}

interface Preparation {
  readonly warehouse: Warehouse;
  readonly mappingFile: string;
  readonly mapped: MappedFile;
  readonly file: string;
  /** Files that this import has prepared so far. */
  readonly before: readonly PreparedFile[];
  readonly tenantId: TenantId | undefined;
  readonly isBackfill: boolean;
  readonly isStrict: boolean;
  readonly now: Date;
  readonly parquetFile: string;
}

/** Checks one file and writes its raw rows to the side. */
async function prepare(preparation: Preparation): Promise<PreparedFile> {
  refuseSharedIds(preparation);
  const { file, parquetFile } = preparation;
  const copy = `${parquetFile}.csv`;
  try {
    return await withTableFile(file, copy, (source) => prepareFrom(source, preparation));
  } finally {
    rmSync(copy, { force: true });
  }
}

async function prepareFrom(source: TableFile, preparation: Preparation): Promise<PreparedFile> {
  const { warehouse, mappingFile, mapped, file, tenantId, now, parquetFile } = preparation;
  const rules = IMPORT_RULES[mapped.table];
  const table = rules.table.relation.name;
  const fields = source.columns.map(({ name }) => name);
  const readings = mappedReadings({ mappingFile, mapped, rules, fields, tenantId, now });
  const used = fieldsOf(mapped);
  const ignoredColumns = fields.filter((name) => !used.includes(name));
  const contentHash = await importIdentity(preparation);
  const common = { table, file, contentHash, ignoredColumns };
  const twin = preparation.before.find((one) => one.contentHash === contentHash);
  const earlier = twin ? twin.report : await earlierImport(warehouse, table, contentHash);
  if (earlier !== undefined) {
    const { rowCount, importedAt } = earlier;
    const nothing = { ...NOTHING_NEW, rowsRead: rowCount, skipped: [] };
    const report = { ...common, ...nothing, rowCount, importedAt, alreadyImported: true };
    // Read again only to know whose rows are declared history.
    const arrival: Arrival = preparation.isBackfill
      ? await withMappedRows(source, preparation, (rows) => arrivalOf(rows, readings, rules.table))
      : { says: 'not kept', tenants: [] };
    return { mapped, file, contentHash, report, arrival, parquetFile: undefined, unusable: [] };
  }
  return await withMappedRows(source, preparation, async (rows, tally) => {
    const { problems, assumptions } = await checkRows(rows, readings, rules, tally.problems);
    if (preparation.isStrict || isConfiguration(rules)) problems.refuse(file);
    const arrival = await arrivalOf(rows, readings, rules.table);
    const { rowCount } = await rows.convert(readings, parquetFile, {
      without: problems.reasonByRow.keys(),
      occurrences: rules.occurrences,
    });
    problems.refuseMost(file, rowCount);
    if (rowCount === 0)
      throw new BadInput({
        where: file,
        what: tally.rowsRead === 0 ? 'the file has a header and no rows' : 'the mapping leaves out every row',
        remedy: tally.rowsRead === 0 ? 'give a file with rows' : 'correct skip or counts',
      });
    const report = {
      ...common,
      alreadyImported: false,
      importedAt: now,
      rowCount,
      rowsByTenant: await rowsByTenant(parquetFile),
      rowsRead: tally.rowsRead,
      skipped: Array.from(tally.skipped, ([rule, count]) => ({ rule, rows: count })),
      quarantined: quarantinedOf(problems),
      isMended: await hasQuarantined(warehouse, table, file),
      assumptions: [...assumptionsOf(mapped, readings, tally), ...assumptions],
    };
    const unusable = await unusableRows({
      source,
      problems,
      tableName: table,
      contentHash,
      tenant: fieldAsWritten(mapped, 'tenant_id', tenantId),
      account: fieldAsWritten(mapped, 'account_id', undefined),
      now,
    });
    return { mapped, file, contentHash, report, arrival, parquetFile, unusable };
  });
}

/** Where the file itself says a column's value, unless a mapping changes the word. */
function fieldAsWritten(
  { columns }: MappedFile,
  name: string,
  standing: string | undefined,
): FieldReading['from'] {
  const { from, constant, values, lookup } = columns[name] ?? {};
  if (from !== undefined && values === undefined && lookup === undefined) return { field: from };
  return { constant: constant ?? standing ?? null };
}

/** An id that stood for two events would count as one of them that came twice. */
function refuseSharedIds({ before, mapped, file, mappingFile }: Preparation): void {
  const id = mapped.columns.event_id?.from;
  const shares = (one: PreparedFile) => one.file === file && one.mapped.columns.event_id?.from === id;
  if (id === undefined || !before.some(shares)) return;
  throw new BadInput({
    where: mappingFile,
    what: `${mapped.file} is mapped to events twice with the same event_id (${id}), so each id would stand for two events and one would be dropped`,
    remedy: 'map the file once with counts, or leave event_id out of one of them',
  });
}

async function withMappedRows<Result>(
  source: TableFile,
  { file, mapped, mappingFile }: Preparation,
  work: (rows: TableFile, tally: MappingTally) => Promise<Result>,
): Promise<Result> {
  const { columns, batches, tally } = mapRows(source, mapped, await lookupsOf(mapped, mappingFile));
  const rows = await tableOfRows(file, columns, batches, ROW_NUMBER.name);
  try {
    return await work(rows, tally);
  } finally {
    await rows.close();
  }
}

async function lookupsOf(
  { columns }: MappedFile,
  mappingFile: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const lookups = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, { lookup }] of Object.entries(columns))
    if (lookup) lookups.set(name, await readLookup(lookup, mappingFile));
  return lookups;
}

/**
 * What makes two imports the same: the table, the bytes, the tenant and, as one file may be mapped to a table twice, which
 * time it is. For all but events also the mapping and the files it looks into, so that importing again corrects a wrong
 * one; events would then be there twice.
 */
async function importIdentity(preparation: Preparation): Promise<string> {
  const { file, mapped, mappingFile, before, tenantId } = preparation;
  const { table } = IMPORT_RULES[mapped.table];
  const turn = before.filter((one) => one.file === file && one.mapped.table === mapped.table).length;
  const parts: unknown[] = ['mapping', table.relation.name, await fileSha256(file), tenantId ?? null, turn];
  if (table !== platformEvents) {
    parts.push(mapped);
    for (const { lookup } of Object.values(mapped.columns))
      if (lookup) parts.push(await fileSha256(resolve(dirname(mappingFile), lookup.file)));
  }
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
