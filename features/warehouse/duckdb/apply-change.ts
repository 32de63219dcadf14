import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationFailed } from '../../contract/failure.ts';
import { quoteRelation } from '../selection-sql.ts';
import type { ChangeOutcome, TableChange, TableDefinition } from '../warehouse.ts';
import { relationName } from '../warehouse.ts';
import { duckDbDialect } from './duckdb-types.ts';
import { changed, count, list, quote, type SliceCondition, stageChange } from './stage-change.ts';
import { stageRows } from './stage-rows.ts';

/** Applies one change inside the connection's open transaction; whoever opened it commits or rolls back. */
export async function applyChange(
  connection: DuckDBConnection,
  change: TableChange,
  index: number,
): Promise<ChangeOutcome> {
  const { table } = change;
  const target = quoteRelation(table.relation, duckDbDialect);
  const before = await count(connection, target);

  if (change.mode === 'append' && table.keyColumns.length === 0) {
    const source = await stageRows(connection, table, change.rows, `landed_${index}`);
    const inserted = await changed(
      connection,
      `insert into ${target} (${list(columnNames(table))}) ${source}`,
    );
    await verifyCount(connection, table, before + inserted);
    return { read: inserted, inserted, updated: 0, unchanged: 0, deleted: 0 };
  }

  const { stage, read, slice } = await stageChange(connection, change, index);

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

function columnNames(table: TableDefinition): readonly string[] {
  return table.columns.map(({ name }) => name);
}
