import { Failure } from '../../../features/contract/failure.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { type ImportReport, importFile } from '../../../features/ingest/import-file.ts';
import { IMPORT_RULES } from '../../../features/ingest/importable-tables.ts';
import { readLandingFolder } from '../../../features/ingest/landing-folder.ts';
import { importMapped } from '../../../features/ingest/mapping/import-mapped.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import { recordImport } from '../record-import.ts';

export interface LandingImport {
  readonly files: number;
  /** Files that an earlier night took in. */
  readonly known: number;
  readonly rowsNew: number;
  /** Rows set aside in `raw.quarantined_rows`. */
  readonly quarantined: number;
  /** Tenants whose own file could not be taken in, with the sentence. */
  readonly withheld: ReadonlyMap<TenantId, string>;
}

interface LandingImportOptions {
  readonly warehouse: Warehouse;
  readonly folder: string;
  /** Of the night, for the records of the imports. */
  readonly runId: string;
  readonly clock: () => Date;
  /** Called for each file that was taken in, now or before. */
  readonly onImported: (report: ImportReport) => void;
  readonly log: (line: string) => void;
}

/**
 * Takes in whatever is new in the landing folder. A file of one tenant that cannot be taken in holds back that tenant.
 *
 * @throws BadInput for a file of all tenants that cannot be taken in: nobody could say whose rows are missing
 */
export async function importLanding({
  warehouse,
  folder,
  runId,
  clock,
  onImported,
  log,
}: LandingImportOptions): Promise<LandingImport> {
  const landing = readLandingFolder(folder);
  for (const { file, reason } of landing.skipped) log(`${file}: not imported, ${reason}`);
  const withheld = new Map<TenantId, string>();
  let [files, known, rowsNew, quarantined] = [0, 0, 0, 0];
  const count = (report: ImportReport) => {
    files += 1;
    known += Number(report.alreadyImported);
    rowsNew += report.inserted;
    quarantined += report.quarantined.rows;
    onImported(report);
  };
  for (const { table, file, tenantId } of landing.files) {
    try {
      const whose = tenantId === null ? {} : { tenantId };
      const tableName = IMPORT_RULES[table].table.relation.name;
      const record = { warehouse, clock, nightRunId: runId, file, tableName };
      const reports = await recordImport(record, async (onFresh) => [
        await importFile({ warehouse, table, file, clock, ...whose, onFresh }),
      ]);
      for (const report of reports) count(report);
    } catch (error) {
      if (tenantId === null || !(error instanceof Failure)) throw error;
      log(`tenant ${tenantId} is held back: ${error.message}`);
      withheld.set(tenantId, `its file was not taken in (${error.where}: ${error.what})`);
    }
  }
  for (const mappingFile of landing.mappings) {
    const record = { warehouse, clock, nightRunId: runId, file: mappingFile, tableName: null };
    const reports = await recordImport(record, (onFresh) =>
      importMapped({ warehouse, mappingFile, clock, onFresh }),
    );
    for (const report of reports) count(report);
  }
  return { files, known, rowsNew, quarantined, withheld };
}
