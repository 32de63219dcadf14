import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { columnList } from '../change-sql.ts';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { quoteRelation, type SqlStatement } from '../sql-dialect.ts';
import type { KeyValue, TableChange, TableDefinition } from '../warehouse.ts';
import type { PreparedChange } from './prepare-change.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession, StatementRows } from './snowflake-session.ts';
import { loadedColumn, snowflakeColumnDdl, snowflakeDialect, takenColumn } from './snowflake-types.ts';
import { withExchange } from './with-exchange.ts';

/** A change whose rows lie in a temporary table of the session, or in the statement that applies it. */
export interface UploadedChange {
  readonly change: TableChange;
  /** What the rows are selected from: the temporary table, quoted, with its schema, or the rows themselves. */
  readonly staging: SqlStatement;
  /** What goes when the change is committed; null for rows that are part of the statement. */
  readonly temporaryTable: string | null;
  readonly read: number;
}

/**
 * Uploads a change's rows and copies them into a temporary table. In Snowflake a definition commits the open transaction,
 * so this comes before it.
 */
export async function uploadChange(
  session: SnowflakeSession,
  options: SnowflakeOptions,
  { change, rows, read }: PreparedChange,
): Promise<UploadedChange> {
  const { table } = change;
  if ('texts' in rows) return { change, staging: sentRows(table, rows.texts), temporaryTable: null, read };
  const { folder } = rows;
  // A new name each time: COPY remembers which files a table has loaded.
  const name = `${table.relation.name}_staging_${randomUUID().replaceAll('-', '')}`;
  const staging = quoteRelation({ schema: table.relation.schema, name }, snowflakeDialect);
  await session.execute(
    `create temporary table ${staging} (${table.columns.map(snowflakeColumnDdl).join(', ')})`,
  );
  if (read > 0)
    await withExchange(session, options, async (stage) => {
      const files = readdirSync(folder).length;
      const uploaded = await session.transfer(
        `put ${sqlText(`file://${folder}/*`)} ${stage} auto_compress = false overwrite = true`,
        'UPLOADED',
      );
      if (uploaded.rows.length !== files)
        throw session.transient(`${uploaded.rows.length} of ${files} files were uploaded`);
      const copied = await session.execute(
        `copy into ${staging} (${columnList(table, snowflakeDialect)}) from (select ${table.columns.map(loadedColumn).join(', ')} from ${stage}) file_format = (type = parquet use_logical_type = true) on_error = abort_statement`,
      );
      checkLoaded(session, copied, files, read);
    });
  return { change, staging: { text: staging, parameters: [] }, temporaryTable: staging, read };
}

/** Values travel as texts, so that none depends on how a bound number or time is written. */
function sentRows({ columns }: TableDefinition, rows: readonly (readonly (string | null)[])[]): SqlStatement {
  const names = columns.map(({ name }) => snowflakeDialect.quote(name)).join(', ');
  const places = `(${columns.map(() => '?').join(', ')})`;
  return {
    text: `(select ${columns.map(takenColumn).join(', ')} from (values ${rows.map(() => places).join(', ')}) as "V" (${names}))`,
    parameters: rows.flat() as KeyValue[],
  };
}

function checkLoaded(session: SnowflakeSession, copied: StatementRows, files: number, read: number): void {
  const { columns, rows, queryId } = copied;
  const cell = (row: StatementRows['rows'][number], name: string) =>
    row[columns.findIndex((column) => column.toLowerCase() === name)];
  const bad = rows.find((row) => cell(row, 'status') !== 'LOADED');
  if (bad !== undefined)
    throw session.transient(
      `a file was not loaded (status ${String(cell(bad, 'status'))}: ${String(cell(bad, 'first_error') ?? 'no reason given')}, query id ${queryId})`,
    );
  const loaded = rows.reduce((sum, row) => sum + Number(cell(row, 'rows_loaded')), 0);
  if (rows.length !== files || loaded !== read)
    throw session.transient(
      `${loaded} rows of ${rows.length} files were loaded where ${read} of ${files} were uploaded (query id ${queryId})`,
    );
}
