import type { DuckDBConnection } from '@duckdb/node-api';
import { BadInput } from '../../contract/failure.ts';
import { quoteIdentifier } from '../selection-sql.ts';
import type { KeyValue, TableChange, TableDefinition } from '../warehouse.ts';
import { relationName } from '../warehouse.ts';
import { columnDdl, duckDbDialect } from './duckdb-types.ts';
import { stageRows } from './stage-rows.ts';

export type Slice = Extract<TableChange, { mode: 'replaceSlice' }>['slice'];

/** A change's rows in a temporary table of the connection. */
export interface StagedChange {
  readonly stage: string;
  readonly read: number;
  /** Null for a change that replaces no slice. */
  readonly slice: SliceCondition | null;
}

/**
 * Takes a change's rows into a temporary table of the target's columns and types, and refuses rows that lack a part
 * of the key, share one, or lie outside the slice.
 */
export async function stageChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
): Promise<StagedChange> {
  const { table } = change;
  const source = await stageRows(connection, table, change.rows, `landed_${index}`);
  const stage = `temp.main.${quote(`stage_${index}`)}`;
  await connection.run(
    `create temp table ${quote(`stage_${index}`)} (${table.columns.map(columnDdl).join(', ')})`,
  );
  const read = await changed(connection, `insert into ${stage} ${source}`);
  await connection.run(`drop table if exists temp.main.${quote(`landed_${index}`)}`);
  if (change.mode !== 'append' || table.keyColumns.length > 0) await checkKeys(connection, table, stage);
  const slice = change.mode === 'replaceSlice' ? sliceCondition(change.slice, table) : null;
  if (slice) await checkSlice(connection, table, stage, slice);
  return { stage, read, slice };
}

async function checkKeys(connection: DuckDBConnection, table: TableDefinition, stage: string): Promise<void> {
  const where = relationName(table.relation);
  const keys = list(table.keyColumns);
  const nameOfKey = `(${table.keyColumns.join(', ')})`;
  if (table.keyColumns.length === 0)
    throw new TypeError(`${where} has no key columns, so rows can only be appended`);
  const missing = await count(
    connection,
    `${stage} where ${table.keyColumns.map((name) => `${quote(name)} is null`).join(' or ')}`,
  );
  if (missing > 0)
    throw new BadInput({
      where,
      what: `${missing} rows lack a part of the key ${nameOfKey}`,
      remedy: 'fill the key in, or leave the rows out',
    });
  const duplicate = await connection.runAndReadAll(
    `select ${keys} from ${stage} group by ${keys} having count(*) > 1 order by ${keys}`,
  );
  if (duplicate.currentRowCount === 0) return;
  const first = duplicate.getRows()[0]!.map(String).join(', ');
  throw new BadInput({
    where,
    what: `${duplicate.currentRowCount} keys ${nameOfKey} come more than once, the first is (${first})`,
    remedy: 'keep one row of each',
  });
}

export interface SliceCondition {
  /** As a person reads it: "tenant_id = acme". */
  readonly meaning: string;
  readonly text: string;
  readonly parameters: KeyValue[];
}

function sliceCondition(slice: Slice, table: TableDefinition): SliceCondition {
  const parameters: KeyValue[] = [];
  const conditions = slice.map(({ column: name, value }) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new TypeError(`${relationName(table.relation)} has no column ${name}`);
    const placeholders = (Array.isArray(value) ? value : [value]).map((one: KeyValue) => {
      parameters.push(one);
      return duckDbDialect.parameter(parameters.length, column.type);
    });
    return placeholders.length > 0 ? `${quote(name)} in (${placeholders.join(', ')})` : 'false';
  });
  if (conditions.length === 0) throw new TypeError('A slice needs at least one column');
  return {
    meaning: slice.map(({ column, value }) => `${column} = ${String(value)}`).join(', '),
    text: `(${conditions.join(' and ')})`,
    parameters,
  };
}

async function checkSlice(
  connection: DuckDBConnection,
  table: TableDefinition,
  stage: string,
  slice: SliceCondition,
): Promise<void> {
  const outside = await count(connection, `${stage} where ${slice.text} is not true`, slice.parameters);
  if (outside === 0) return;
  throw new BadInput({
    where: relationName(table.relation),
    what: `${outside} rows lie outside the slice that is being replaced (${slice.meaning})`,
    remedy: 'write them with the slice they belong to',
  });
}

export async function count(
  connection: DuckDBConnection,
  fromClause: string,
  parameters: KeyValue[] = [],
): Promise<number> {
  const result = await connection.runAndReadAll(`select count(*) from ${fromClause}`, parameters);
  return Number(result.getRows()[0]![0]);
}

export async function changed(
  connection: DuckDBConnection,
  statement: string,
  parameters: KeyValue[] = [],
): Promise<number> {
  return (await connection.run(statement, parameters)).rowsChanged;
}

export function list(names: readonly string[]): string {
  return names.map(quote).join(', ');
}

export function quote(name: string): string {
  return quoteIdentifier(name, duckDbDialect);
}
