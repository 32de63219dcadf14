import { duckDbType, sqlText } from './duckdb-types.ts';
import type { ColumnBatch, ColumnDefinition } from './warehouse.ts';

/** How one column of a table is read off a file, and what makes a value unusable. */
export interface FieldReading {
  readonly column: ColumnDefinition;
  /** The file's field, or the one value that every row gets (ISO 8601 for times; null for none). */
  readonly from: { readonly field: string } | { readonly constant: string | null };
  /** Later times are refused. */
  readonly notAfter?: Date;
  readonly notNegative?: boolean;
  readonly oneOf?: readonly string[];
  /** An identifier: blanks around it only ever come from a broken export, and would make it another one. */
  readonly identifier?: boolean;
}

/** A row that cannot be used. */
export interface Reject {
  /** 1 for the first row; a header is not counted. */
  readonly row: number;
  readonly column: string;
  /** "is missing", "is not a time", … */
  readonly offence: string;
  /** What the file has there; null when nothing. */
  readonly value: string | null;
}

interface Offence {
  readonly reading: number;
  readonly words: string;
  readonly condition: string;
}

const REJECT_COLUMNS: readonly ColumnDefinition[] = [
  { name: 'row', type: 'integer', nullable: false },
  { name: 'offence', type: 'integer', nullable: false },
  { name: 'value', type: 'text', nullable: true },
];

/** SELECTs of casts and filters, one for the usable form of all rows and one for the rows that have none. */
export function readingSql(
  readings: readonly FieldReading[],
  fields: readonly ColumnDefinition[],
  source: string,
): { convert: string; rejects: { text: string; columns: readonly ColumnDefinition[] } } {
  const typeOf = new Map(fields.map(({ name, type }) => [name, type]));
  const values = readings.map((reading) => valueSql(reading, typeOf));
  const list = readings.map(({ column }, index) => `${values[index]} as "${column.name}"`);
  const offences = offencesOf(readings, values);
  const first = offences.map(({ condition }, index) => `when ${condition} then ${index}`).join(' ');
  const shown = offences.map(({ reading }, index) => `when ${index} then ${rawText(readings[reading]!)}`);
  return {
    convert: `select ${list.join(', ')} from ${source}`,
    rejects: {
      text: `select row_number::double, offence::double, value from (
        select *, case offence ${shown.join(' ')} end as value from (
          select *, case ${first} end as offence, row_number() over () as row_number from ${source}
        )) where offence is not null`,
      columns: REJECT_COLUMNS,
    },
  };
}

/** The row of a batch of the rejects statement, in words. */
export function rejectAt(batch: ColumnBatch, row: number, readings: readonly FieldReading[]): Reject {
  const offence = offencesOf(
    readings,
    readings.map(() => ''),
  )[batch.columns.get('offence')!.values[row] as number]!;
  return {
    row: batch.columns.get('row')!.values[row] as number,
    column: readings[offence.reading]!.column.name,
    offence: offence.words,
    value: batch.columns.get('value')!.values[row] as string | null,
  };
}

function offencesOf(readings: readonly FieldReading[], values: readonly string[]): readonly Offence[] {
  return readings.flatMap((reading, index) => {
    const { column, from } = reading;
    if ('constant' in from) return [];
    const value = values[index]!;
    const given = `(${rawText(reading)} is not null and ${rawText(reading)} <> '')`;
    const offence = (words: string, condition: string): Offence => ({ reading: index, words, condition });
    return [
      ...(column.nullable ? [] : [offence('is missing', `not ${given}`)]),
      ...(column.type === 'text' ? [] : [offence(NOT_A[column.type], `(${given} and ${value} is null)`)]),
      ...(reading.notAfter
        ? [offence('lies in the future', `${value} > ${timestampSql(reading.notAfter.toISOString())}`)]
        : []),
      ...(reading.notNegative ? [offence('is negative', `${value} < 0`)] : []),
      ...(reading.oneOf
        ? [
            offence(
              `is none of ${reading.oneOf.join(', ')}`,
              `${value} not in (${reading.oneOf.map(sqlText).join(', ')})`,
            ),
          ]
        : []),
      ...(reading.identifier
        ? [
            offence(
              'has blanks around it or control characters',
              `regexp_matches(${value}, '^\\s|\\s$|[\\x00-\\x1f\\x7f]')`,
            ),
            offence('is longer than 200 characters', `length(${value}) > 200`),
          ]
        : []),
    ];
  });
}

const NOT_A = {
  number: 'is not a number',
  integer: 'is not a whole number',
  boolean: 'is not true or false',
  date: 'is not a date',
  timestamp: 'is not a time',
  json: 'is not JSON',
} as const;

/** The column's value, or null where the field has none that can be read. */
function valueSql(
  { column, from }: FieldReading,
  typeOf: ReadonlyMap<string, ColumnDefinition['type']>,
): string {
  const type = duckDbType(column.type);
  if ('constant' in from) {
    if (from.constant === null) return `null::${type}`;
    return column.type === 'timestamp' ? timestampSql(from.constant) : `${sqlText(from.constant)}::${type}`;
  }
  const field = fieldSql(from.field);
  const fieldType = typeOf.get(from.field)!;
  const isText = fieldType === 'text' || fieldType === 'json';
  const trimmed = isText ? `trim(${field})` : field;
  switch (column.type) {
    case 'text':
      return `nullif(${field}::varchar, '')`;
    case 'json':
      return isText ? `case when json_valid(${field}) then ${field}::json end` : `to_json(${field})`;
    case 'timestamp':
      // Through a time with zone: one without an offset is UTC, and an offset is honoured.
      return isText || fieldType === 'timestamp' || fieldType === 'date'
        ? finite(`try_cast(${trimmed} as timestamptz)::timestamp`)
        : 'null::timestamp';
    case 'date':
      return isText || fieldType === 'timestamp' || fieldType === 'date'
        ? finite(`try_cast(${trimmed} as date)`)
        : 'null::date';
    case 'number':
      return finite(`try_cast(${trimmed} as double)`);
    case 'integer':
      return `case when try_cast(${trimmed} as double) = trunc(try_cast(${trimmed} as double)) then try_cast(try_cast(${trimmed} as double) as bigint) end`;
    case 'boolean':
      return `try_cast(${trimmed} as boolean)`;
  }
}

function finite(expression: string): string {
  return `case when isfinite(${expression}) then ${expression} end`;
}

function timestampSql(iso: string): string {
  return `${sqlText(iso)}::timestamptz::timestamp`;
}

/** What the file says, NaN being how some writers say nothing. */
function rawText({ from }: FieldReading): string {
  if ('constant' in from) return 'null';
  return `nullif(${fieldSql(from.field)}::varchar, 'nan')`;
}

function fieldSql(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
