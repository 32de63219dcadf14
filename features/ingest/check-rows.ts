import { BadInput } from '../contract/failure.ts';
import type { FieldReading, Reject } from '../files/field-reading.ts';
import type { TableFile } from '../files/table-file.ts';
import type { TableDefinition } from '../warehouse/warehouse.ts';

const SHOWN_PER_REASON = 3;

interface Reason {
  count: number;
  readonly examples: string[];
}

/** Refuses a file with any unusable row, with counts by reason and the first rows of each. */
export async function checkRows(
  source: TableFile,
  readings: readonly FieldReading[],
  table: TableDefinition,
): Promise<void> {
  const reasons = new Map<string, Reason>();
  const note = (reason: string, example: string): void => {
    const known = reasons.get(reason) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < SHOWN_PER_REASON) known.examples.push(example);
    reasons.set(reason, known);
  };
  for await (const { column, offence, row, value } of source.rejects(readings))
    note(
      `${fieldName(readings, column)} ${offence}`,
      value === null ? `row ${row}` : `row ${row}: "${value}"`,
    );
  if (reasons.size === 0)
    for await (const { row, firstRow, key } of repeatedKeys(source, readings, table))
      note(
        `the key (${table.keyColumns.join(', ')}) comes again`,
        `row ${row}: "${key}", first in row ${firstRow}`,
      );
  if (reasons.size === 0) return;

  const total = [...reasons.values()].reduce((sum, { count }) => sum + count, 0);
  const listed = [...reasons].map(
    ([reason, { count, examples }]) =>
      `${count} × ${reason} (${examples.join('; ')}${count > examples.length ? '; …' : ''})`,
  );
  throw new BadInput({
    where: source.file,
    what: `${total} ${total === 1 ? 'row is' : 'rows are'} unusable and nothing was imported: ${listed.join(', ')}`,
    remedy: 'fix or remove them, then import the file again',
  });
}

interface RepeatedKey {
  readonly row: number;
  readonly firstRow: number;
  readonly key: string;
}

async function* repeatedKeys(
  source: TableFile,
  readings: readonly FieldReading[],
  table: TableDefinition,
): AsyncGenerator<RepeatedKey> {
  const fields = readings.flatMap(({ column, from }) =>
    table.keyColumns.includes(column.name) && 'field' in from ? [from.field] : [],
  );
  if (fields.length === 0) return;
  const firstRowOf = new Map<string, number>();
  let row = 0;
  for await (const batch of source.read(fields)) {
    const columns = fields.map((field) => batch.columns.get(field)!.values);
    for (let index = 0; index < batch.rowCount; index++) {
      row++;
      const key = columns.map((values) => String(values[index])).join(', ');
      const firstRow = firstRowOf.get(key);
      if (firstRow === undefined) firstRowOf.set(key, row);
      else yield { row, firstRow, key };
    }
  }
}

/** The column's name and, where it differs, the name that the file uses. */
function fieldName(readings: readonly FieldReading[], column: Reject['column']): string {
  const { from } = readings.find((reading) => reading.column.name === column)!;
  return 'field' in from && from.field !== column ? `${column} (${from.field})` : column;
}
