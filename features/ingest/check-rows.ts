import type { FieldReading, Reject } from '../files/field-reading.ts';
import type { TableFile } from '../files/table-file.ts';
import type { ImportRules } from './importable-tables.ts';
import { RowProblems } from './row-problems.ts';

/** Refuses a file with any unusable row, with counts by reason and the first rows of each. */
export async function checkRows(
  source: TableFile,
  readings: readonly FieldReading[],
  rules: ImportRules,
): Promise<void> {
  const problems = new RowProblems();
  for await (const { column, offence, row, value } of source.rejects(readings))
    problems.add(`${fieldName(readings, column)} ${offence}`, row, value);
  if (problems.isEmpty)
    for await (const { row, firstRow, key, columns } of repeatedKeys(source, readings, keyOf(rules)))
      problems.add(`the key (${columns.join(', ')}) comes again`, row, key, `, first in row ${firstRow}`);
  problems.refuse(source.file);
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
  keyColumns: readonly string[],
): AsyncGenerator<RepeatedKey> {
  const keys = readings.flatMap(({ column, from }) =>
    keyColumns.includes(column.name) && 'field' in from ? [{ name: column.name, field: from.field }] : [],
  );
  const fields = keys.map(({ field }) => field);
  const names = keys.map(({ name }) => name);
  if (fields.length === 0) return;
  const firstRowOf = new Map<string, number>();
  let row = 0;
  const { rowNumberColumn } = source;
  for await (const batch of source.read(rowNumberColumn ? [...fields, rowNumberColumn] : fields)) {
    const columns = fields.map((field) => batch.columns.get(field)!.values);
    const rowNumbers = rowNumberColumn ? batch.columns.get(rowNumberColumn)!.values : undefined;
    for (let index = 0; index < batch.rowCount; index++) {
      row = rowNumbers ? Number(rowNumbers[index]) : row + 1;
      const key = columns.map((values) => String(values[index])).join(', ');
      const firstRow = firstRowOf.get(key);
      if (firstRow === undefined) firstRowOf.set(key, row);
      else yield { row, firstRow, key, columns: names };
    }
  }
}

/** The column's name and, where it differs, the name that the file uses. */
function fieldName(readings: readonly FieldReading[], column: Reject['column']): string {
  const { from } = readings.find((reading) => reading.column.name === column)!;
  return 'field' in from && from.field !== column ? `${column} (${from.field})` : column;
}
