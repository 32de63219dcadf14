import { basename } from 'node:path';
import type { ImportReport } from '../../features/ingest/import-file.ts';
import { describeProblems } from '../../features/ingest/row-problems.ts';

/** What an import set aside, left as it was or took for granted, one line each. */
export function describeDoubts({
  file,
  quarantined,
  isMended,
  unchanged,
  assumptions,
}: Pick<ImportReport, 'file' | 'quarantined' | 'isMended' | 'unchanged' | 'assumptions'>): readonly string[] {
  const name = basename(file);
  const lines = assumptions.map((assumption) => `${name}: ${assumption}`);
  const { rows, reasons } = quarantined;
  if (rows > 0)
    lines.push(
      `${name}: ${rows} unusable ${rows === 1 ? 'row was' : 'rows were'} set aside in raw.quarantined_rows: ${describeProblems(reasons)}; mend the file and import it under its name again`,
    );
  if (isMended)
    lines.push(
      `${name}: rows of a file of this name were set aside before, so it is taken for the mended one: ${unchanged} rows that are there already were not added again`,
    );
  return lines;
}
