import type { SqlDialect } from '../sql-dialect.ts';
import type { ColumnDefinition, ColumnType } from '../warehouse.ts';

const SNOWFLAKE_TYPE: Readonly<Record<ColumnType, string>> = {
  number: 'float',
  integer: 'number(38, 0)',
  boolean: 'boolean',
  text: 'varchar',
  date: 'date',
  timestamp: 'timestamp_ntz',
  json: 'variant',
};

/** The port's type for a type of INFORMATION_SCHEMA.COLUMNS. Types that the port does not know are read as text. */
export function columnTypeOf(dataType: string, numericScale: number | null): ColumnType {
  switch (dataType) {
    case 'NUMBER':
      return numericScale === 0 ? 'integer' : 'number';
    case 'FLOAT':
      return 'number';
    case 'BOOLEAN':
      return 'boolean';
    case 'DATE':
      return 'date';
    case 'TIMESTAMP_NTZ':
      return 'timestamp';
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return 'json';
    default:
      return 'text';
  }
}

/**
 * Our names are lower case, Snowflake's are upper case unless quoted: dbt and people write them without quotes, so we
 * quote the upper-case form. Dates leave as days and times as microseconds since 1970-01-01, in a row set and in a
 * file alike, so that neither depends on a session's formats or on how a Parquet writer stores a timestamp.
 */
export const snowflakeDialect: SqlDialect = {
  quote: quoteName,
  project: (quoted, { type }) => {
    if (type === 'date') return `datediff(day, '1970-01-01'::date, ${quoted})`;
    if (type === 'timestamp') return `date_part(epoch_microsecond, ${quoted})`;
    if (type === 'json') return `to_json(${quoted})`;
    if (type === 'boolean') return `${quoted}::number(38, 0)`;
    return type === 'number' ? `${quoted}::float` : quoted;
  },
  parameter: (_position, type) => (type === 'json' ? 'parse_json(?)' : `?::${SNOWFLAKE_TYPE[type]}`),
  comparable: (expression, type) => (type === 'json' ? `to_json(${expression})` : expression),
};

export function quoteName(name: string): string {
  if (!/^[a-z_][a-z0-9_$]*$/.test(name))
    throw new TypeError(`Not a name that Snowflake keeps as it is: ${name}`);
  return `"${name.toUpperCase()}"`;
}

/** @example snowflakeColumnDdl({ name: 'mrr', type: 'number', nullable: false }) // '"MRR" float not null' */
export function snowflakeColumnDdl({ name, type, nullable }: ColumnDefinition): string {
  return `${quoteName(name)} ${SNOWFLAKE_TYPE[type]}${nullable ? '' : ' not null'}`;
}

/** A column that is added to a table with rows. Snowflake wants a default for one without nulls. */
export function snowflakeAddedColumnDdl(column: ColumnDefinition): string {
  const earlier = column.forEarlierRows ?? null;
  return `${snowflakeColumnDdl(column)}${earlier === null ? '' : ` default ${earlier}`}`;
}

/** A column of a Parquet file that the driver wrote, as COPY takes it in. */
export function loadedColumn({ name, type }: ColumnDefinition): string {
  const field = `$1:"${name}"`;
  if (type === 'timestamp') return `to_timestamp_ntz(${field}::number(38, 0), 6)`;
  if (type === 'json') return `parse_json(${field}::varchar)`;
  return `${field}::${SNOWFLAKE_TYPE[type]}`;
}

/** A column as it is sent as text within a statement, in DuckDB's words. */
export function sentColumn({ name, type }: ColumnDefinition): string {
  return type === 'timestamp' ? `epoch_us("${name}")::varchar` : `"${name}"::varchar`;
}

/** The same column as the statement takes it in. */
export function takenColumn({ name, type }: ColumnDefinition): string {
  const text = quoteName(name);
  if (type === 'timestamp') return `to_timestamp_ntz(${text}::number(38, 0), 6) as ${text}`;
  if (type === 'json') return `parse_json(${text}) as ${text}`;
  return `${text}::${SNOWFLAKE_TYPE[type]} as ${text}`;
}

/** The same column as the driver writes it into the file, in DuckDB's words. */
export function writtenColumn({ name, type }: ColumnDefinition): string {
  if (type === 'timestamp') return `epoch_us("${name}") as "${name}"`;
  return type === 'json' ? `"${name}"::varchar as "${name}"` : `"${name}"`;
}
