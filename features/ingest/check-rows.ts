import type { FieldReading, Reject } from '../files/field-reading.ts';
import type { TableFile } from '../files/table-file.ts';
import type { ImportRules } from './importable-tables.ts';
import { type RowProblem, RowProblems, raggedProblems } from './row-problems.ts';

export interface CheckedRows {
  readonly problems: RowProblems;
  /** Values that were read although they are written unusually, one sentence each. */
  readonly assumptions: readonly string[];
}

/**
 * Finds the rows that cannot be used.
 *
 * @param problems Rows that are known to be unusable already; more are added.
 */
export async function checkRows(
  source: TableFile,
  readings: readonly FieldReading[],
  rules: ImportRules,
  problems: RowProblems = raggedProblems(source),
): Promise<CheckedRows> {
  const unusual = new RowProblems();
  for await (const { column, offence, row, value, isUsable } of source.rejects(readings))
    (isUsable ? unusual : problems).add(`${fieldName(readings, column)} ${offence}`, row, value);
  for await (const { row, firstRow, key, columns } of repeatedKeys(source, readings, rules, problems))
    problems.add(`the key (${columns.join(', ')}) comes again`, row, key, `, first in row ${firstRow}`);
  return { problems, assumptions: unusual.summary.map(assumption) };
}

function assumption({ reason, rows, examples }: RowProblem): string {
  return `${reason} in ${rows} ${rows === 1 ? 'row' : 'rows'}, and read: ${examples[0]}`;
}

/** What two rows of one file may not share; versions of one thing differ in when they hold from. */
function keyOf({ table, versionKey }: ImportRules): readonly string[] {
  return versionKey.length > 0 ? [...versionKey, 'valid_from'] : table.keyColumns;
}

interface RepeatedKey {
  readonly row: number;
  readonly firstRow: number;
  readonly key: string;
  /** The columns of the key that the file has. */
  readonly columns: readonly string[];
}

async function* repeatedKeys(
  source: TableFile,
  readings: readonly FieldReading[],
  rules: ImportRules,
  problems: RowProblems,
): AsyncGenerator<RepeatedKey> {
  const keyColumns = keyOf(rules);
  const keys = readings.flatMap(({ column, from }) =>
    keyColumns.includes(column.name) && 'field' in from ? [{ name: column.name, field: from.field }] : [],
  );
  const fields = keys.map(({ field }) => field);
  const names = keys.map(({ name }) => name);
  if (fields.length === 0) return;
  // Rows without an id are told apart by their number, and none of them comes again.
  const idField = rules.occurrences && names.indexOf(rules.occurrences.idColumn);
  if (idField === -1) return;
  const firstRowOf = new Map<string, number>();
  let row = 0;
  const { rowNumberColumn } = source;
  for await (const batch of source.read(rowNumberColumn ? [...fields, rowNumberColumn] : fields)) {
    const columns = fields.map((field) => batch.columns.get(field)!.values);
    const rowNumbers = rowNumberColumn ? batch.columns.get(rowNumberColumn)!.values : undefined;
    for (let index = 0; index < batch.rowCount; index++) {
      row = rowNumbers ? Number(rowNumbers[index]) : row + 1;
      if (problems.reasonByRow.has(row)) continue;
      if (idField !== undefined && isEmpty(columns[idField]![index])) continue;
      const key = columns.map((values) => String(values[index])).join(', ');
      const firstRow = firstRowOf.get(key);
      if (firstRow === undefined) firstRowOf.set(key, row);
      else yield { row, firstRow, key, columns: names };
    }
  }
}

function isEmpty(value: string | number | null | undefined): boolean {
  return value === null || value === undefined || value === '';
}

/** The column's name and, where it differs, the name that the file uses. */
function fieldName(readings: readonly FieldReading[], column: Reject['column']): string {
  const { from } = readings.find((reading) => reading.column.name === column)!;
  return 'field' in from && from.field !== column ? `${column} (${from.field})` : column;
}
