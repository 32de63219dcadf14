import type { DuckDBConnection } from '@duckdb/node-api';
import { OperationFailed } from '../../contract/failure.ts';
import { quoteIdentifier, quoteRelation } from '../sql-dialect.ts';
import { type Relation, relationName, type Transformation } from '../warehouse.ts';
import { duckDbDialect } from './duckdb-types.ts';
import { portionsOf } from './portions.ts';

/** Builds one relation inside the connection's open transaction: anew or slices of it, at once or portion by portion. */
export async function runTransformation(
  connection: DuckDBConnection,
  transformation: Transformation,
): Promise<void> {
  const { relation, as, sql, slices, portions } = transformation;
  await ensureSchema(connection, relation);
  const target = quoteRelation(relation, duckDbDialect);
  let selects = portions === undefined ? [sql] : await portionsOf(connection, sql, portions);
  if (slices === undefined) {
    await dropIfNot(connection, relation, as);
    await connection.run(`create or replace ${as} ${target} as ${selects[0]!}`);
    selects = selects.slice(1);
  } else {
    const same = slices.columns.map(quote).map((column) => `target.${column} = slices.${column}`);
    await connection.run(
      `delete from ${target} as target using ${quoteRelation(slices.relation, duckDbDialect)} as slices where ${same.join(' and ')}`,
    );
  }
  for (const select of selects) await connection.run(`insert into ${target} by name ${select}`);
  for (const column of transformation.uniqueColumns ?? []) await refuseDoubles(connection, relation, column);
}

export async function ensureSchema(connection: DuckDBConnection, { schema }: Relation): Promise<void> {
  await connection.run(`create schema if not exists ${quote(schema)}`);
}

/** `create or replace` refuses to turn a view into a table. */
async function dropIfNot(
  connection: DuckDBConnection,
  relation: Relation,
  as: Transformation['as'],
): Promise<void> {
  const result = await connection.runAndReadAll(
    `select table_type from information_schema.tables
     where table_catalog = current_database() and table_schema = $1 and table_name = $2`,
    [relation.schema, relation.name],
  );
  const type = result.getRows()[0]?.[0];
  if (type === undefined) return;
  const existing = type === 'VIEW' ? 'view' : 'table';
  if (existing !== as) await connection.run(`drop ${existing} ${quoteRelation(relation, duckDbDialect)}`);
}

async function refuseDoubles(
  connection: DuckDBConnection,
  relation: Relation,
  column: string,
): Promise<void> {
  const name = quote(column);
  const doubles = await connection.runAndReadAll(
    `select ${name} from ${quoteRelation(relation, duckDbDialect)} group by ${name} having count(*) > 1 limit 1`,
  );
  if (doubles.currentRowCount === 0) return;
  throw new OperationFailed({
    where: relationName(relation),
    what: `${column} ${String(doubles.getRows()[0]![0])} stands for two rows, so what is counted under it would mix`,
    remedy: 'nothing was changed; report it with the ids of both rows',
  });
}

function quote(identifier: string): string {
  return quoteIdentifier(identifier, duckDbDialect);
}
