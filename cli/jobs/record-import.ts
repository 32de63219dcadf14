import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Failure, reasonOf } from '../../features/contract/failure.ts';
import type { ImportReport } from '../../features/ingest/import-file.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { EVERY_TENANT } from '../../serving/scores-mart/build-runs.ts';
import { type ImportRun, recordImportRuns } from '../../serving/scores-mart/import-runs.ts';
import { PROGRAM_VERSION } from '../../serving/service/program-version.ts';

interface ImportRecord {
  readonly warehouse: Warehouse;
  readonly clock: () => Date;
  readonly nightRunId: string | null;
  /** The file, or the mapping of files. */
  readonly file: string;
  /** Null for a mapping. */
  readonly tableName: string | null;
}

/**
 * Records an import in `scores.import_runs` as it begins and as it ends. One of files that all came in before is none.
 *
 * @param take Does it; has to wait for `onFresh` before it changes anything
 * @throws what `take` throws, once that is recorded
 */
export async function recordImport<Report extends ImportReport>(
  { warehouse, clock, nightRunId, file, tableName }: ImportRecord,
  take: (onFresh: () => Promise<void>) => Promise<readonly Report[]>,
): Promise<readonly Report[]> {
  const begun: ImportRun = {
    runId: randomUUID(),
    fileNumber: 0,
    tenantId: EVERY_TENANT,
    nightRunId,
    tableName,
    fileName: basename(file),
    contentHash: null,
    status: 'running',
    counts: null,
    programVersion: PROGRAM_VERSION,
    error: null,
    startedAt: clock(),
    finishedAt: null,
  };
  let reports: readonly Report[];
  try {
    reports = await take(async () => {
      await warehouse.write([recordImportRuns([begun])]);
    });
  } catch (error) {
    const status = error instanceof Failure && error.exitCode !== 1 ? 'refused' : 'failed';
    const ended = { ...begun, status, error: reasonOf(error), finishedAt: clock() } as const;
    // What went wrong first is what is told, also where it keeps the record from being written.
    await warehouse.write([recordImportRuns([ended])]).catch(() => undefined);
    throw error;
  }
  const runs = reports
    .filter(({ alreadyImported }) => !alreadyImported)
    .flatMap((report, at) => runsOf({ ...begun, finishedAt: clock() }, report, at));
  if (runs.length > 0) await warehouse.write([recordImportRuns(runs)]);
  return reports;
}

function runsOf(begun: ImportRun, report: ImportReport, fileNumber: number): ImportRun[] {
  const { table, file, contentHash, rowCount, inserted, updated, unchanged, quarantined } = report;
  const run: ImportRun = {
    ...begun,
    fileNumber,
    status: 'succeeded',
    tableName: table,
    fileName: basename(file),
    contentHash,
    counts: { rows: rowCount, inserted, updated, unchanged, quarantined: quarantined.rows },
  };
  const tenants = Object.entries(report.rowsByTenant).filter(([tenantId]) => tenantId !== EVERY_TENANT);
  return [run, ...tenants.map(([tenantId, rows]) => ({ ...run, tenantId, counts: { rows } }))];
}
