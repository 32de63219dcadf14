import { basename } from 'node:path';
import type { MappedImportReport } from '../../features/ingest/mapping/import-mapped.ts';

const SHOWN_COLUMNS = 6;

/** What became of one file of a mapping, what was left out of it and what was taken for granted. */
export function describeMappedImport(report: MappedImportReport): string {
  const { file, table, alreadyImported, rowCount, rowsRead, skipped, ignoredColumns, assumptions } = report;
  const name = basename(file);
  if (alreadyImported) return `${name}: already imported, nothing changed`;
  const lines = [`${name}: ${rowsRead} rows read, ${rowCount} rows into raw.${table}`];
  for (const { rule, rows } of skipped)
    lines.push(`left out: ${rows} ${rows === 1 ? 'row' : 'rows'} where ${rule}`);
  if (ignoredColumns.length > 0) {
    const shown = ignoredColumns.slice(0, SHOWN_COLUMNS).join(', ');
    const more = ignoredColumns.length > SHOWN_COLUMNS ? ', …' : '';
    lines.push(
      `ignored: ${ignoredColumns.length} ${ignoredColumns.length === 1 ? 'column' : 'columns'} (${shown}${more})`,
    );
  }
  lines.push(...assumptions);
  return lines.join('\n  ');
}
