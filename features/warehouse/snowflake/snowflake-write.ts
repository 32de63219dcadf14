import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationFailed } from '../../contract/failure.ts';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { type Slice, stageChange } from '../duckdb/stage-change.ts';
import { quoteRelation } from '../selection-sql.ts';
import type { ChangeOutcome, KeyValue, TableChange, TableDefinition } from '../warehouse.ts';
import { relationName } from '../warehouse.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession, StatementRows } from './snowflake-session.ts';
import {
  loadedColumn,
  quoteName,
  snowflakeColumnDdl,
  snowflakeDialect,
  writtenColumn,
} from './snowflake-types.ts';
import { numberIn } from './unload.ts';
import { withExchange } from './with-exchange.ts';

const FILE_BYTES = 64 * 1024 * 1024;

/** A change whose rows are checked and lie in files on this machine's disk. */
export interface PreparedChange {
  readonly change: TableChange;
  readonly folder: string;
  readonly read: number;
}

/** A change whose rows lie in a temporary table of the session. */
export interface StagedTable {
  readonly change: TableChange;
  /** Quoted, with its schema. */
  readonly stage: string;
  readonly read: number;
}

/** Checks a change's rows here, before anything is sent, and writes them as Parquet. */
export async function prepareChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
  folder: string,
): Promise<PreparedChange> {
  const { stage, read } = await stageChange(connection, change, index);
  const target = join(folder, `change-${index}`);
  mkdirSync(target);
  if (read > 0) {
    const columns = change.table.columns.map(writtenColumn).join(', ');
    await connection.run(
      `copy (select ${columns} from ${stage}) to ${sqlText(join(target, 'rows'))} (format parquet, compression zstd, file_size_bytes ${FILE_BYTES})`,
    );
  }
  await connection.run(`drop table ${stage}`);
  return { change, folder: join(target, 'rows'), read };
}

/**
 * Uploads a change's rows and copies them into a temporary table. A definition commits what is open in Snowflake, so
 * this comes before the transaction.
 */
export async function stageInSnowflake(
  session: SnowflakeSession,
  options: SnowflakeOptions,
  { change, folder, read }: PreparedChange,
): Promise<StagedTable> {
  const { table } = change;
  // A new name each time: COPY remembers which files a table has taken in.
  const name = `${table.relation.name}_stage_${randomUUID().replaceAll('-', '')}`;
  const stage = quoteRelation({ schema: table.relation.schema, name }, snowflakeDialect);
  await session.execute(
    `create temporary table ${stage} (${table.columns.map(snowflakeColumnDdl).join(', ')})`,
  );
  if (read > 0)
    await withExchange(session, options, async (exchange) => {
      const files = readdirSync(folder).length;
      const uploaded = await session.transfer(
        `put ${sqlText(`file://${folder}/*`)} ${exchange} auto_compress = false overwrite = true`,
        'UPLOADED',
      );
      if (uploaded.rows.length !== files)
        throw session.passing(`${uploaded.rows.length} of ${files} files were uploaded`);
      const copied = await session.execute(
        `copy into ${stage} (${list(table)}) from (select ${table.columns.map(loadedColumn).join(', ')} from ${exchange}) file_format = (type = parquet use_logical_type = true) on_error = abort_statement`,
      );
      checkLoaded(session, copied, files, read);
    });
  return { change, stage, read };
}

function checkLoaded(session: SnowflakeSession, copied: StatementRows, files: number, read: number): void {
  const { columns, rows, queryId } = copied;
  const cell = (row: StatementRows['rows'][number], name: string) =>
    row[columns.findIndex((column) => column.toLowerCase() === name)];
  const bad = rows.find((row) => cell(row, 'status') !== 'LOADED');
  if (bad !== undefined)
    throw session.passing(
      `a file was not loaded (status ${String(cell(bad, 'status'))}: ${String(cell(bad, 'first_error') ?? 'no reason given')}, query id ${queryId})`,
    );
  const loaded = rows.reduce((sum, row) => sum + Number(cell(row, 'rows_loaded')), 0);
  if (rows.length !== files || loaded !== read)
    throw session.passing(
      `${loaded} rows of ${rows.length} files were loaded where ${read} of ${files} were uploaded (query id ${queryId})`,
    );
}

/** Applies a staged change inside the session's open transaction, and compares what Snowflake says it did. */
export async function applyStaged(
  session: SnowflakeSession,
  { change, stage, read }: StagedTable,
): Promise<ChangeOutcome> {
  const { table } = change;
  const target = quoteRelation(table.relation, snowflakeDialect);
  if (change.mode === 'append' && table.keyColumns.length === 0) {
    const done = await session.execute(
      `insert into ${target} (${list(table)}) select ${list(table)} from ${stage}`,
    );
    const inserted = numberIn(done, 'number of rows inserted', session);
    if (inserted !== read) throw mismatch(table, `${inserted} rows were inserted of ${read}`, done);
    return { read, inserted, updated: 0, unchanged: 0, deleted: 0 };
  }
  const merged = await session.execute(mergeSql(change, target, stage));
  const inserted = numberIn(merged, 'number of rows inserted', session);
  const updated = change.mode === 'append' ? 0 : numberIn(merged, 'number of rows updated', session);
  if (inserted + updated > read || (change.mode === 'append' && inserted > read))
    throw mismatch(table, `${inserted + updated} rows were merged of ${read}`, merged);
  if (change.mode === 'append' && inserted < read)
    throw new OperationFailed({
      where: relationName(table.relation),
      what: `${read - inserted} of ${read} rows to be appended are there already`,
      remedy: 'merge them instead, or leave them out',
    });
  let deleted = 0;
  if (change.mode === 'replaceSlice') {
    const slice = sliceSql(change.slice, table);
    const gone = await session.execute(
      `delete from ${target} where ${slice.text} and not exists (select 1 from ${stage} s where ${sameKey(table, quoteName(table.relation.name))})`,
      slice.binds,
    );
    deleted = numberIn(gone, 'number of rows deleted', session);
    const counted = await session.execute(
      `select count(*) as "ROW_COUNT" from ${target} where ${slice.text}`,
      slice.binds,
    );
    const found = numberIn(counted, 'row_count', session);
    if (found !== read)
      throw mismatch(table, `${found} rows would be in the slice where ${read} were written`, counted);
  }
  return { read, inserted, updated, unchanged: read - inserted - updated, deleted };
}

function mergeSql(change: TableChange, target: string, stage: string): string {
  const { table } = change;
  const ignored = change.mode === 'replaceSlice' ? (change.ignoreWhenComparing ?? []) : [];
  const values = table.columns.filter(({ name }) => !table.keyColumns.includes(name));
  const differs = values
    .filter(({ name }) => !ignored.includes(name))
    .map(({ name, type }) => {
      const [old, now] = [`t.${quoteName(name)}`, `s.${quoteName(name)}`];
      return type === 'json'
        ? `to_json(${old}) is distinct from to_json(${now})`
        : `${old} is distinct from ${now}`;
    });
  const assignments = values.map(({ name }) => `${quoteName(name)} = s.${quoteName(name)}`);
  return [
    `merge into ${target} t using ${stage} s on ${sameKey(table, 't')}`,
    change.mode !== 'append' && differs.length > 0
      ? `when matched and (${differs.join(' or ')}) then update set ${assignments.join(', ')}`
      : '',
    `when not matched then insert (${list(table)})`,
    `values (${table.columns.map(({ name }) => `s.${quoteName(name)}`).join(', ')})`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Key columns are never null here: they were checked before the rows were sent. */
function sameKey(table: TableDefinition, target: string): string {
  return table.keyColumns.map((name) => `${target}.${quoteName(name)} = s.${quoteName(name)}`).join(' and ');
}

function sliceSql(slice: Slice, table: TableDefinition): { text: string; binds: readonly KeyValue[] } {
  const binds: KeyValue[] = [];
  const conditions = slice.map(({ column: name, value }) => {
    const { type } = table.columns.find((column) => column.name === name)!;
    const placeholders = (Array.isArray(value) ? value : [value]).map((one: KeyValue) => {
      binds.push(one);
      return snowflakeDialect.parameter(binds.length, type);
    });
    return placeholders.length > 0 ? `${quoteName(name)} in (${placeholders.join(', ')})` : 'false';
  });
  return { text: `(${conditions.join(' and ')})`, binds };
}

function mismatch(table: TableDefinition, what: string, { queryId }: StatementRows): OperationFailed {
  return new OperationFailed({
    where: relationName(table.relation),
    what: `${what} (query id ${queryId})`,
    remedy: 'nothing was changed; run it again, and report it if it stays so',
  });
}

function list({ columns }: TableDefinition): string {
  return columns.map(({ name }) => quoteName(name)).join(', ');
}
