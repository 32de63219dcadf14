import { basename } from 'node:path';
import type { MappedImportReport } from '../../features/ingest/mapping/import-mapped.ts';

/** What it means for features when a row counts from. */
export const COUNTS_FROM = {
  event_time: 'they count from when they happened, and their values are those of today',
  loaded_at: 'they count from the loaded_at of each row',
  arrival: 'they count from now on; if they are history, import the file again with --backfill',
} as const;

const SHOWN_COLUMNS = 6;

/** What became of one file of a mapping, what was left out of it and what was taken for granted. */
export function describeMappedImport(report: MappedImportReport): string {
  const { file, table, alreadyImported, inserted, rowCount, rowsRead, skipped, ignoredColumns, assumptions } =
    report;
  const name = basename(file);
  if (alreadyImported) return `${name}: already imported, nothing changed`;
  const made = inserted === rowCount ? `${rowCount} rows` : `${rowCount} rows, ${inserted} of them new,`;
  const lines = [`${name}: ${rowsRead} rows read, ${made} into raw.${table}`];
  for (const { rule, rows } of skipped)
    lines.push(`left out: ${rows} ${rows === 1 ? 'row' : 'rows'} where ${rule}`);
  if (ignoredColumns.length > 0) {
    const shown = ignoredColumns.slice(0, SHOWN_COLUMNS).join(', ');
    const more = ignoredColumns.length > SHOWN_COLUMNS ? ', …' : '';
    lines.push(
      `ignored: ${ignoredColumns.length} ${ignoredColumns.length === 1 ? 'column' : 'columns'} (${shown}${more})`,
    );
  }
  if (report.countsFrom !== null) lines.push(COUNTS_FROM[report.countsFrom]);
  lines.push(...assumptions);
  return lines.join('\n  ');
}
