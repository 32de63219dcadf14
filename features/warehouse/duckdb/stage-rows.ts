import type { DuckDBConnection } from '@duckdb/node-api';
import { BadInput } from '../../contract/failure.ts';
import { quoteIdentifier } from '../sql-dialect.ts';
import type { ColumnDefinition, ColumnType, RowSource, TableDefinition } from '../warehouse.ts';
import { appendBatches } from './append-batches.ts';
import { columnTypeOf, duckDbDialect, duckDbType, sqlText } from './duckdb-types.ts';

/**
 * Makes a change's rows readable inside the connection.
 * @returns a SELECT of the table's columns in the table's order and types
 */
export async function stageRows(
  connection: DuckDBConnection,
  table: TableDefinition,
  rows: RowSource,
  temporaryTable: string,
): Promise<string> {
  if ('parquetFile' in rows) return parquetSelect(connection, table, rows.parquetFile);
  const wire = table.columns.map(
    ({ name, type }) => `${quote(name)} ${type === 'text' || type === 'json' ? 'VARCHAR' : 'DOUBLE'}`,
  );
  await connection.run(`create temp table ${quote(temporaryTable)} (${wire.join(', ')})`);
  await appendBatches(connection, temporaryTable, table.columns, rows.batches);
  const columns = table.columns.map(({ name, type }) => `${fromWire(quote(name), type)} as ${quote(name)}`);
  return `select ${columns.join(', ')} from temp.main.${quote(temporaryTable)}`;
}

/** The inverse of duckDbDialect.project. A count of 2.5 is an error, not 3. */
function fromWire(quoted: string, type: ColumnType): string {
  if (type === 'date') return `date '1970-01-01' + ${quoted}::integer`;
  if (type === 'timestamp') return `make_timestamp(round(${quoted} * 1000)::bigint)`;
  if (type === 'integer')
    return `case when ${quoted} = trunc(${quoted}) then ${quoted}::bigint when ${quoted} is not null then error('not a whole number: ' || ${quoted}) end`;
  return `${quoted}::${duckDbType(type)}`;
}

async function parquetSelect(
  connection: DuckDBConnection,
  table: TableDefinition,
  file: string,
): Promise<string> {
  const source = `read_parquet(${sqlText(file)})`;
  const described = await connection.runAndReadAll(`describe select * from ${source}`);
  const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  const refuse = (what: string): BadInput =>
    new BadInput({ where: file, what, remedy: `give it the columns of ${table.relation.name}` });
  for (const { name } of table.columns)
    if (!types.has(name)) throw refuse(`the Parquet file has no column ${name}`);
  const known = new Map(table.columns.map((column) => [column.name, column]));
  for (const [name, type] of types) {
    const column = known.get(name);
    if (column === undefined) throw refuse(`the Parquet file has a column ${name} that the table lacks`);
    if (!fits(columnTypeOf(type), column))
      throw refuse(`column ${name} is ${type} in the Parquet file and ${column.type} in the table`);
  }
  const columns = table.columns.map(
    ({ name, type }) => `${quote(name)}::${duckDbType(type)} as ${quote(name)}`,
  );
  return `select ${columns.join(', ')} from ${source}`;
}

function fits(found: ColumnType, { type }: ColumnDefinition): boolean {
  return (
    found === type || (type === 'number' && found === 'integer') || (type === 'json' && found === 'text')
  );
}

function quote(name: string): string {
  return quoteIdentifier(name, duckDbDialect);
}
