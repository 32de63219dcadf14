import { duckDbType, sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import type { ColumnBatch, ColumnDefinition, ColumnType } from '../warehouse/warehouse.ts';

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
  // Values in a subquery of their own, so that several conditions on one are one cast.
  const named = values.map((value, index) => `${value} as ${valueName(index)}`);
  const given = readings.map((reading, index) => `${givenSql(reading, typeOf)} as ${givenName(index)}`);
  return {
    convert: `select ${list.join(', ')} from ${source}`,
    rejects: {
      text: `select row_number::double, offence::double, case offence ${shown.join(' ')} end as value from (
        select *, case ${first} end as offence, row_number() over () as row_number from (
          select *, ${[...named, ...given].join(', ')} from ${source}
        )) where offence is not null`,
      columns: REJECT_COLUMNS,
    },
  };
}

/** The row of a batch of the rejects statement, in words. */
export function rejectAt(batch: ColumnBatch, row: number, readings: readonly FieldReading[]): Reject {
  const offence = offencesOf(readings)[batch.columns.get('offence')!.values[row] as number]!;
  return {
    row: batch.columns.get('row')!.values[row] as number,
    column: readings[offence.reading]!.column.name,
    offence: offence.words,
    value: batch.columns.get('value')!.values[row] as string | null,
  };
}

/** In the order in which they are told: what is missing, then what cannot be read, then what makes no sense. */
function offencesOf(readings: readonly FieldReading[]): readonly Offence[] {
  return readings.flatMap((reading, index) => {
    if ('constant' in reading.from) return [];
    const { column, notAfter, notNegative, oneOf, identifier } = reading;
    const value = valueName(index);
    const given = givenName(index);
    const offences: Offence[] = [];
    const add = (words: string, condition: string): void => {
      offences.push({ reading: index, words, condition });
    };
    if (!column.nullable) add('is missing', `not ${given}`);
    if (column.type !== 'text') add(NOT_A[column.type], `${given} and ${value} is null`);
    if (notAfter) add('lies in the future', `${value} > ${timestampSql(notAfter.toISOString())}`);
    if (notNegative) add('is negative', `${value} < 0`);
    if (oneOf)
      add(
        `is none of ${oneOf.join(', ')}`,
        `${value} not in (${oneOf.map((one) => sqlText(one)).join(', ')})`,
      );
    if (identifier) {
      add(
        'has blanks around it or control characters',
        `${value} <> trim(${value}) or regexp_matches(${value}, '[\\x00-\\x1f\\x7f]')`,
      );
      add('is longer than 200 characters', `length(${value}) > 200`);
    }
    return offences;
  });
}

function valueName(reading: number): string {
  return `"value of reading ${reading}"`;
}

function givenName(reading: number): string {
  return `"reading ${reading} is given"`;
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
function valueSql({ column, from }: FieldReading, typeOf: ReadonlyMap<string, ColumnType>): string {
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
      if (isText) return finite(timeOfText(trimmed));
      return fieldType === 'timestamp' || fieldType === 'date'
        ? finite(`make_timestamp(epoch_us(${field}))`)
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

/**
 * A time without an offset is UTC. DuckDB's plain cast is fast but drops an offset in silence, so a text that
 * may have one goes the slow way; one that the plain cast refuses may end in the name of a zone.
 */
function timeOfText(text: string): string {
  const withZone = `try_cast(${text} as timestamptz)::timestamp`;
  const timeOfDay = `substr(${text}, 11)`;
  const mayHaveOffset = `contains(${timeOfDay}, '+') or contains(${timeOfDay}, '-')`;
  return `case when ${mayHaveOffset} then ${withZone} else coalesce(try_cast(${text} as timestamp), ${withZone}) end`;
}

/** NaN is how some writers say nothing. */
function givenSql({ from }: FieldReading, typeOf: ReadonlyMap<string, ColumnType>): string {
  if ('constant' in from) return 'true';
  const field = fieldSql(from.field);
  const type = typeOf.get(from.field);
  if (type === 'text' || type === 'json') return `(${field} is not null and trim(${field}) <> '')`;
  return type === 'number' ? `(${field} is not null and not isnan(${field}))` : `${field} is not null`;
}

function rawText({ from }: FieldReading): string {
  return 'constant' in from ? 'null' : `${fieldSql(from.field)}::varchar`;
}

function fieldSql(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
