import type { DuckDBConnection } from '@duckdb/node-api';
import { BadInput, OperationFailed } from '../contract/failure.ts';
import { stageRows } from './duckdb-stage.ts';
import { columnDdl, duckDbDialect } from './duckdb-types.ts';
import { quoteIdentifier, quoteRelation } from './selection-sql.ts';
import type { ChangeOutcome, KeyValue, TableChange, TableDefinition } from './warehouse.ts';
import { relationName } from './warehouse.ts';

type Slice = Extract<TableChange, { mode: 'replaceSlice' }>['slice'];

/** Applies one change inside the connection's open transaction; whoever opened it commits or rolls back. */
export async function applyChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
): Promise<ChangeOutcome> {
  const { table } = change;
  const target = quoteRelation(table.relation, duckDbDialect);
  const source = await stageRows(connection, table, change.rows, `landed_${index}`);
  const before = await count(connection, target);

  if (change.mode === 'append' && table.keyColumns.length === 0) {
    const inserted = await changed(
      connection,
      `insert into ${target} (${list(columnNames(table))}) ${source}`,
    );
    await verifyCount(connection, table, before + inserted);
    return { read: inserted, inserted, updated: 0, unchanged: 0, deleted: 0 };
  }

  const stage = `temp.main.${quote(`stage_${index}`)}`;
  await connection.run(
    `create temp table ${quote(`stage_${index}`)} (${table.columns.map(columnDdl).join(', ')})`,
  );
  const read = await changed(connection, `insert into ${stage} ${source}`);
  await checkKeys(connection, table, stage);
  const slice = change.mode === 'replaceSlice' ? sliceCondition(change.slice, table) : null;
  if (slice) await checkSlice(connection, table, stage, slice);

  const isNew = `not exists (select 1 from ${target} as t where ${sameKey(table)})`;
  const inserted = await count(connection, `${stage} as s where ${isNew}`);
  if (change.mode === 'append' && inserted < read)
    throw new OperationFailed({
      where: relationName(table.relation),
      what: `${read - inserted} of ${read} rows to be appended are there already`,
      remedy: 'merge them instead, or leave them out',
    });
  const ignored = change.mode === 'replaceSlice' ? (change.ignoreWhenComparing ?? []) : [];
  const touched = await changed(connection, mergeSql(table, target, stage, ignored));
  const deleted = slice
    ? await changed(
        connection,
        `delete from ${target} as t where ${slice.text} and not exists (select 1 from ${stage} as s where ${sameKey(table)})`,
        slice.parameters,
      )
    : 0;
  await verifyCount(connection, table, before + inserted - deleted);
  if (slice) await verifyCount(connection, table, read, slice);
  return { read, inserted, updated: touched - inserted, unchanged: read - touched, deleted };
}

function mergeSql(table: TableDefinition, target: string, stage: string, ignored: readonly string[]): string {
  const values = columnNames(table).filter((name) => !table.keyColumns.includes(name));
  const compared = values.filter((name) => !ignored.includes(name));
  const differs = compared.map((name) => `t.${quote(name)} is distinct from s.${quote(name)}`).join(' or ');
  const assignments = values.map((name) => `${quote(name)} = s.${quote(name)}`).join(', ');
  return [
    `merge into ${target} as t using ${stage} as s on ${sameKey(table)}`,
    differs ? `when matched and (${differs}) then update set ${assignments}` : '',
    `when not matched then insert (${list(columnNames(table))})`,
    `values (${columnNames(table)
      .map((name) => `s.${quote(name)}`)
      .join(', ')})`,
  ].join(' ');
}

/** Key columns are never null here: not-null in the stage, or checked below. */
function sameKey(table: TableDefinition): string {
  return table.keyColumns.map((name) => `t.${quote(name)} = s.${quote(name)}`).join(' and ');
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

interface SliceCondition {
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

async function verifyCount(
  connection: DuckDBConnection,
  table: TableDefinition,
  expected: number,
  slice?: SliceCondition,
): Promise<void> {
  const target = quoteRelation(table.relation, duckDbDialect);
  const found = slice
    ? await count(connection, `${target} where ${slice.text}`, slice.parameters)
    : await count(connection, target);
  if (found !== expected)
    throw new OperationFailed({
      where: relationName(table.relation),
      what: `${found} rows would be there after the write where ${expected} were expected`,
      remedy: 'nothing was changed; report it with the command that was run',
    });
}

async function count(
  connection: DuckDBConnection,
  fromClause: string,
  parameters: KeyValue[] = [],
): Promise<number> {
  const result = await connection.runAndReadAll(`select count(*) from ${fromClause}`, parameters);
  return Number(result.getRows()[0]![0]);
}

async function changed(
  connection: DuckDBConnection,
  statement: string,
  parameters: KeyValue[] = [],
): Promise<number> {
  return (await connection.run(statement, parameters)).rowsChanged;
}

function columnNames(table: TableDefinition): readonly string[] {
  return table.columns.map(({ name }) => name);
}

function list(names: readonly string[]): string {
  return names.map(quote).join(', ');
}

function quote(name: string): string {
  return quoteIdentifier(name, duckDbDialect);
}
