import type { ColumnBatch, ColumnDefinition } from '../warehouse/warehouse.ts';
import { givenName, offencesOf, valueName } from './field-offences.ts';
import type { FieldReading, Reject } from './field-reading.ts';
import { givenSql, quotedField, rawText, valueSql } from './field-value-sql.ts';

const REJECT_COLUMNS: readonly ColumnDefinition[] = [
  { name: 'row', type: 'integer', nullable: false },
  { name: 'offence', type: 'integer', nullable: false },
  { name: 'value', type: 'text', nullable: true },
];

/**
 * One SELECT of the rows as the readings ask for them, and one of the rows that cannot be read that way.
 *
 * @param leftOut A table with the numbers of rows that the first leaves out.
 */
export function readingSql(
  readings: readonly FieldReading[],
  fields: readonly ColumnDefinition[],
  source: string,
  {
    rowNumberColumn,
    leftOut,
  }: { readonly rowNumberColumn?: string | undefined; readonly leftOut?: string | undefined } = {},
): {
  readonly convert: string;
  readonly rejects: { readonly text: string; readonly columns: readonly ColumnDefinition[] };
} {
  const typeOf = new Map(fields.map(({ name, type }) => [name, type]));
  const values = readings.map((reading) => valueSql(reading, typeOf));
  const list = readings.map(({ column }, index) => `${values[index]} as "${column.name}"`);
  const offences = offencesOf(readings);
  const first = offences.map(({ condition }, index) => `when ${condition} then ${index}`).join(' ');
  const shown = offences.map(({ reading }, index) => `when ${index} then ${rawText(readings[reading]!)}`);
  // Values are in a subquery, so that several conditions on one value cast it once.
  const named = values.map((value, index) => `${value} as ${valueName(index)}`);
  const rowNumber = rowNumberColumn
    ? `${quotedField(rowNumberColumn)} as "number of the row"`
    : 'row_number() over () as "number of the row"';
  const given = readings.map((reading, index) => `${givenSql(reading, typeOf)} as ${givenName(index)}`);
  return {
    convert: `select ${list.join(', ')} from ${leftOut === undefined ? source : `(select *, ${rowNumber} from ${source}) where "number of the row" not in (from ${leftOut})`}`,
    rejects: {
      text: `select "number of the row"::double as "row", offence::double as offence, case offence ${shown.join(' ')} end as value from (
        select *, case ${first} end as offence, ${rowNumber} from (
          select *, ${[...named, ...given].join(', ')} from ${source}
        )) where offence is not null`,
      columns: REJECT_COLUMNS,
    },
  };
}

/** One row of the rejects statement's result, in words. */
export function rejectAt(batch: ColumnBatch, row: number, readings: readonly FieldReading[]): Reject {
  const offence = offencesOf(readings)[batch.columns.get('offence')!.values[row] as number]!;
  return {
    row: batch.columns.get('row')!.values[row] as number,
    column: readings[offence.reading]!.column.name,
    offence: offence.words,
    value: batch.columns.get('value')!.values[row] as string | null,
    isUsable: offence.isUsable,
  };
}
