import { duckDbType, sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import type { ColumnType } from '../warehouse/warehouse.ts';
import type { FieldReading, WrittenTime } from './field-reading.ts';

/** The column's value, or null where the field has none that can be read. */
export function valueSql(
  { column, from, time }: FieldReading,
  typeOf: ReadonlyMap<string, ColumnType>,
): string {
  const type = duckDbType(column.type);
  if ('constant' in from) {
    if (from.constant === null) return `null::${type}`;
    return column.type === 'timestamp' ? timestampSql(from.constant) : `${sqlText(from.constant)}::${type}`;
  }
  const field = quotedField(from.field);
  const fieldType = typeOf.get(from.field)!;
  const isText = fieldType === 'text' || fieldType === 'json';
  const trimmed = isText ? `trim(${field})` : field;
  switch (column.type) {
    case 'text':
      return `nullif(${field}::varchar, '')`;
    case 'json':
      return isText ? `case when json_valid(${field}) then ${field}::json end` : `to_json(${field})`;
    case 'timestamp':
      if (isText) return finite(time ? timeAsWritten(trimmed, time) : timeOfText(trimmed));
      return fieldType === 'timestamp' || fieldType === 'date'
        ? finite(`make_timestamp(epoch_us(${field}))`)
        : 'null::timestamp';
    case 'date':
      if (isText && time) return `${finite(timeAsWritten(trimmed, time))}::date`;
      return isText || fieldType === 'timestamp' || fieldType === 'date'
        ? finite(`try_cast(${trimmed} as date)`)
        : 'null::date';
    case 'number':
      return finite(isText ? numberOfText(trimmed) : `try_cast(${trimmed} as double)`);
    case 'integer':
      return `case when try_cast(${trimmed} as double) = trunc(try_cast(${trimmed} as double)) then try_cast(try_cast(${trimmed} as double) as bigint) end`;
    case 'boolean':
      return `try_cast(${trimmed} as boolean)`;
  }
}

/** Separators of thousands are read where they cannot be decimal marks: beside one, or several times. */
function numberOfText(text: string): string {
  const grouped = (group: string, decimal: string): string =>
    sqlText(`[-+]?\\d{1,3}((${group}\\d{3})+${decimal}\\d+|(${group}\\d{3}){2,})`);
  return `coalesce(try_cast(${text} as double), case
    when regexp_full_match(${text}, ${grouped(',', '[.]')}) then try_cast(replace(${text}, ',', '') as double)
    when regexp_full_match(${text}, ${grouped('[.]', ',')}) then try_cast(replace(replace(${text}, '.', ''), ',', '.') as double)
  end)`;
}

function finite(expression: string): string {
  return `case when isfinite(${expression}) then ${expression} end`;
}

export function timestampSql(iso: string): string {
  return `${sqlText(iso)}::timestamptz::timestamp`;
}

/**
 * A time without an offset is UTC. DuckDB's plain cast is fast but silently drops an offset, so a text that may have one
 * takes the slow cast. A text that the plain cast refuses may end in the name of a zone.
 */
function timeOfText(text: string): string {
  const withZone = `try_cast(${text} as timestamptz)::timestamp`;
  return `case when ${mayHaveOffset(text)} then ${withZone} else coalesce(try_cast(${text} as timestamp), ${withZone}) end`;
}

function mayHaveOffset(text: string): string {
  const timeOfDay = `substr(${text}, 11)`;
  return `contains(${timeOfDay}, '+') or contains(${timeOfDay}, '-')`;
}

function timeAsWritten(text: string, { patterns, zone }: WrittenTime): string {
  const inZone = (time: string): string =>
    zone === undefined ? time : `timezone(${sqlText(zone)}, ${time})::timestamp`;
  if (patterns.length > 0)
    return inZone(`try_strptime(${text}, [${patterns.map(sqlText).join(', ')}])::timestamp`);
  return `case when ${mayHaveOffset(text)} then ${timeOfText(text)} else coalesce(${inZone(`try_cast(${text} as timestamp)`)}, ${timeOfText(text)}) end`;
}

/** Whether the field holds a value. Some writers put NaN where there is none. */
export function givenSql({ from }: FieldReading, typeOf: ReadonlyMap<string, ColumnType>): string {
  if ('constant' in from) return 'true';
  const field = quotedField(from.field);
  const type = typeOf.get(from.field);
  if (type === 'text' || type === 'json') return `(${field} is not null and trim(${field}) <> '')`;
  return type === 'number' ? `(${field} is not null and not isnan(${field}))` : `${field} is not null`;
}

export function rawText({ from }: FieldReading): string {
  return 'constant' in from ? 'null' : `${quotedField(from.field)}::varchar`;
}

/** A file's column may have any name, quotes included. */
export function quotedField(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
