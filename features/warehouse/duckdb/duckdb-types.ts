import type { SqlDialect } from '../sql-dialect.ts';
import type { ColumnDefinition, ColumnType } from '../warehouse.ts';

const DUCKDB_TYPE: Readonly<Record<ColumnType, string>> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  json: 'JSON',
};

/** The type that our own tables declare for a column of the port's type. */
export function duckDbType(type: ColumnType): string {
  return DUCKDB_TYPE[type];
}

/** The port's type for a DuckDB type. Types that the port does not know are read as text. */
export function columnTypeOf(duckDbTypeName: string): ColumnType {
  const name = duckDbTypeName.toUpperCase();
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER)$/.test(name)) return 'integer';
  if (/^(DOUBLE|FLOAT|DECIMAL.*)$/.test(name)) return 'number';
  if (name === 'BOOLEAN') return 'boolean';
  if (name === 'DATE') return 'date';
  if (name.startsWith('TIMESTAMP')) return 'timestamp';
  return name === 'JSON' ? 'json' : 'text';
}

/**
 * Numeric columns leave DuckDB as DOUBLE and the rest as VARCHAR, so that reading a vector is one copy
 * whatever the mart declares. The casts run on DuckDB's threads.
 */
export const duckDbDialect: SqlDialect = {
  quote: (identifier) => `"${identifier}"`,
  project: (quoted, { type }) => {
    if (type === 'date') return `epoch_us(${quoted})::double / 86400000000`;
    if (type === 'timestamp') return `epoch_us(${quoted}) / 1000`;
    return type === 'text' || type === 'json' ? `${quoted}::varchar` : `${quoted}::double`;
  },
  parameter: (position, type) => `$${position}::${DUCKDB_TYPE[type]}`,
  comparable: (expression) => expression,
};

/** The same columns in their own types, for Parquet. */
export const duckDbNativeDialect: SqlDialect = { ...duckDbDialect, project: (quoted) => quoted };

/** @example columnDdl({ name: 'mrr', type: 'number', nullable: false }) // '"mrr" DOUBLE not null' */
export function columnDdl(column: ColumnDefinition): string {
  return `${duckDbDialect.quote(column.name)} ${duckDbType(column.type)}${column.nullable ? '' : ' not null'}`;
}

/** A column that is added to a table with rows. DuckDB adds none that refuses nulls. */
export function addedColumnDdl({ name, type, forEarlierRows = null }: ColumnDefinition): string {
  return `${duckDbDialect.quote(name)} ${duckDbType(type)} default ${forEarlierRows}`;
}

/** @example sqlText("it's") // "'it''s'" */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
