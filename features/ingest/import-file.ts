import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../contract/failure.ts';
import type { TenantId } from '../contract/tenant-id.ts';
import { checkTableFile } from '../files/check-table-file.ts';
import { fileSha256 } from '../files/content-hash.ts';
import { withTableFile } from '../files/table-file.ts';
import { unreadableFile } from '../files/unreadable-file.ts';
import { checkSettings } from '../settings/check-settings.ts';
import { isSettingTable } from '../settings/own-settings.ts';
import { makeTemporaryFolder } from '../temporary/temporary-folder.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { checkRows } from './check-rows.ts';
import {
  arrivalOf,
  backfillChange,
  type CountsFrom,
  countsFrom,
  tenantsToDeclare,
} from './declare-backfill.ts';
import { ensureRawTables } from './ensure-raw-tables.ts';
import type { ImportableTable } from './importable-tables.ts';
import { IMPORT_RULES, isConfiguration } from './importable-tables.ts';
import { type EarlierImport, earlierImport, rememberImports } from './imported-files.ts';
import { matchFields } from './match-fields.ts';
import {
  hasQuarantined,
  type Quarantined,
  quarantineChange,
  quarantinedOf,
  unusableRows,
} from './quarantine.ts';
import { rawChange } from './raw-change.ts';
import { importedFiles, platformEvents } from './raw-tables.ts';
import { rowsByTenant } from './rows-by-tenant.ts';

export interface ImportOptions {
  readonly warehouse: Warehouse;
  readonly table: ImportableTable;
  /** .csv, .tsv (either with .gz) or .parquet. */
  readonly file: string;
  /** Our column → the file's field; columns of equal name need none. */
  readonly columnMap?: ReadonlyMap<string, string>;
  /** Fields of the file that are left out. */
  readonly ignore?: readonly string[];
  /** Whose rows these are, for a file that does not say. */
  readonly tenantId?: TenantId;
  /** Declares the rows history, which counts from when it happened. The first rows of a tenant in a table do so anyhow. */
  readonly isBackfill?: boolean;
  /** Refuses a file with any unusable row. */
  readonly isStrict?: boolean;
  readonly clock: () => Date;
  readonly progress?: (step: 'checking' | 'converting' | 'loading') => void;
  /** Called and waited for before anything is done with a file that did not come in before. */
  readonly onFresh?: () => Promise<void>;
}

export interface ImportReport {
  /** The raw table, e.g. `platform_events`. */
  readonly table: string;
  readonly file: string;
  /** What tells this import from others: the same again changes nothing. */
  readonly contentHash: string;
  readonly alreadyImported: boolean;
  /** When the file was imported: now, or earlier if it was imported before. */
  readonly importedAt: Date;
  /** Usable rows of the file. */
  readonly rowCount: number;
  /** The same by tenant, `*` for rows that say none; nothing for a file that came in before. */
  readonly rowsByTenant: Readonly<Record<string, number>>;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Null also for a file that came in before, unless its rows are declared history now. */
  readonly countsFrom: CountsFrom;
  /** Rows that were set aside in `raw.quarantined_rows`. */
  readonly quarantined: Quarantined;
  /** Rows of a file of this name were set aside before, so rows that came in then were not added again. */
  readonly isMended: boolean;
  /** What was taken for granted, one sentence each. */
  readonly assumptions: readonly string[];
}

/** What a report says of a file that came in before. */
export const NOTHING_NEW = {
  rowsByTenant: {},
  quarantined: { rows: 0, reasons: [] },
  isMended: false,
  assumptions: [],
} as const;

/**
 * Imports a file into the raw layer. The same file again changes nothing. Nothing is overwritten: events are added, and of
 * accounts, subscriptions and tickets every version that differs. Only settings are replaced. Single unusable rows are set
 * aside in `raw.quarantined_rows`, with their reasons.
 *
 * @throws BadInput for a file that cannot be read, columns that do not match, or unusable rows: many, or any if strict
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { warehouse, table, file, columnMap = new Map(), ignore = [], tenantId, clock, progress } = options;
  const rules = IMPORT_RULES[table];
  const tableName = rules.table.relation.name;
  checkTableFile(file);
  const contentHash = await importIdentity(options).catch((cause) => {
    throw unreadableFile(file, cause);
  });
  // Settings are replaced by key, so that a file may come again after another one.
  const earlier = isSettingTable(tableName)
    ? undefined
    : await knownImport(warehouse, tableName, contentHash);
  if (earlier !== undefined && !options.isBackfill)
    return { ...nothingNew(tableName, file, contentHash, earlier), countsFrom: null };
  const now = clock();
  const side = makeTemporaryFolder(tmpdir(), 'import');
  let isBegun = false;
  try {
    return await withTableFile(file, join(side, 'whole-lines.csv'), async (source) => {
      const fields = source.columns.map((column) => column.name);
      const readings = matchFields({ file, fields, rules, columnMap, ignore, tenantId, now });
      await ensureRawTables(warehouse);
      const arrival = await arrivalOf(source, readings, rules.table);
      if (earlier) {
        const declared = arrival.says === 'nothing' ? arrival.tenants : [];
        if (declared.length > 0)
          await warehouse.write([backfillChange(tableName, declared, earlier.importedAt)]);
        return {
          ...nothingNew(tableName, file, contentHash, earlier),
          countsFrom: countsFrom(arrival, declared),
        };
      }

      if (!isBegun) await options.onFresh?.();
      isBegun = true;
      progress?.('checking');
      const { problems, assumptions } = await checkRows(source, readings, rules);
      if (options.isStrict || isConfiguration(rules)) problems.refuse(file);
      progress?.('converting');
      const parquetFile = join(side, 'rows.parquet');
      const { rowCount } = await source.convert(readings, parquetFile, {
        without: problems.reasonByRow.keys(),
        occurrences: rules.occurrences,
      });
      problems.refuseMost(file, rowCount);
      if (rowCount === 0)
        throw new BadInput({
          where: file,
          what: 'the file has a header and no rows',
          remedy: 'give a file with rows',
        });
      await checkSettings(warehouse, [{ tableName, parquetFile, file }]);
      progress?.('loading');
      const declared = await tenantsToDeclare(warehouse, rules.table, arrival, options.isBackfill ?? false);
      const isMended = await hasQuarantined(warehouse, tableName, file);
      const fromOf = (name: string) =>
        readings.find(({ column }) => column.name === name)?.from ?? { constant: null };
      const [tenant, account] = [fromOf('tenant_id'), fromOf('account_id')];
      const [outcome] = await warehouse.write([
        rawChange(rules, parquetFile, isMended),
        rememberImports([{ tableName, contentHash, file, rowCount }], now),
        ...(declared.length > 0 ? [backfillChange(tableName, declared, now)] : []),
        ...quarantineChange(
          await unusableRows({ source, problems, tableName, contentHash, tenant, account, now }),
        ),
      ]);
      const { inserted, updated, unchanged } = outcome!;
      return {
        table: tableName,
        file,
        contentHash,
        alreadyImported: false,
        importedAt: now,
        rowCount,
        rowsByTenant: await rowsByTenant(parquetFile),
        inserted,
        updated,
        unchanged,
        countsFrom: countsFrom(arrival, declared),
        quarantined: quarantinedOf(problems),
        isMended,
        assumptions,
      };
    });
  } finally {
    rmSync(side, { recursive: true, force: true });
  }
}

async function knownImport(
  warehouse: Warehouse,
  tableName: string,
  contentHash: string,
): Promise<EarlierImport | undefined> {
  if ((await warehouse.describe(importedFiles.relation)).length === 0) return undefined;
  return earlierImport(warehouse, tableName, contentHash);
}

function nothingNew(table: string, file: string, contentHash: string, earlier: EarlierImport) {
  const nothing = { inserted: 0, updated: 0, unchanged: earlier.rowCount };
  return { table, file, contentHash, alreadyImported: true, ...earlier, ...nothing, ...NOTHING_NEW };
}

/**
 * What makes two imports the same: the bytes, and the tenant they are given to. For all but events also the
 * mapping, so that a wrong one can be corrected by importing again; events would then be there twice.
 */
async function importIdentity({ file, table, tenantId, columnMap, ignore }: ImportOptions): Promise<string> {
  const bytes = await fileSha256(file);
  const isLog = IMPORT_RULES[table].table === platformEvents;
  const mapping = isLog ? [] : [[...(columnMap ?? [])].sort(), [...(ignore ?? [])].sort()];
  if (tenantId === undefined && mapping.flat().length === 0) return bytes;
  return createHash('sha256')
    .update(JSON.stringify([bytes, tenantId ?? null, mapping]))
    .digest('hex');
}
