import { duckDbType, sqlText } from '../duckdb/duckdb-types.ts';
import type { ColumnDefinition } from '../warehouse.ts';

/** Files of one unload come in no order, so the order is made where they arrive. */
export interface UnloadedRows {
  /** Glob of the files; null when there were no rows. */
  readonly files: string | null;
  /** A SELECT of some of their rows; null or left out for all. */
  readonly portion?: string | null;
  readonly columns: readonly ColumnDefinition[];
  readonly orderBy: readonly string[] | undefined;
}

/** Unloaded rows as streamBatches reads them. */
export function unloadedBatchesSql(unloaded: UnloadedRows): string {
  return unloadedSql(unloaded, ({ name, type }) => {
    if (type === 'timestamp') return `"${name}"::double / 1000`;
    return type === 'text' || type === 'json' ? `"${name}"::varchar` : `"${name}"::double`;
  });
}

/** Unloaded rows in the port's types, for Parquet. */
export function unloadedTableSql(unloaded: UnloadedRows): string {
  return unloadedSql(unloaded, unloadedColumn);
}

function unloadedSql(
  { files, portion = null, columns, orderBy = [] }: UnloadedRows,
  expression: (column: ColumnDefinition) => string,
): string {
  if (files === null) {
    const empty = columns.map(({ name, type }) => `null::${duckDbType(type)} as "${name}"`);
    return `select ${empty.join(', ')} where false`;
  }
  const order = orderBy.length === 0 ? '' : ` order by ${orderBy.map((name) => `"${name}"`).join(', ')}`;
  return `select ${columns.map(expression).join(', ')} from ${portion === null ? `read_parquet(${sqlText(files)})` : `(${portion})`}${order}`;
}

/** A column of a file that the driver unloaded, in its own type. */
function unloadedColumn({ name, type }: ColumnDefinition): string {
  switch (type) {
    case 'date':
      return `(date '1970-01-01' + "${name}"::integer) as "${name}"`;
    case 'timestamp':
      return `make_timestamp("${name}"::bigint) as "${name}"`;
    case 'integer':
      return `"${name}"::bigint as "${name}"`;
    case 'number':
      return `"${name}"::double as "${name}"`;
    case 'boolean':
      return `"${name}"::boolean as "${name}"`;
    case 'json':
      return `"${name}"::json as "${name}"`;
    case 'text':
      return `"${name}"::varchar as "${name}"`;
  }
}
