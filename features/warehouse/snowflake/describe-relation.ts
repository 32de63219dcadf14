import { type ColumnDefinition, type Relation, relationName } from '../warehouse.ts';
import type { SnowflakeSession } from './snowflake-session.ts';
import { columnTypeOf } from './snowflake-types.ts';

/** Columns of a relation in order; empty when it does not exist. */
export async function describeRelation(
  session: SnowflakeSession,
  { schema, name }: Relation,
): Promise<readonly ColumnDefinition[]> {
  const { rows } = await session.execute(
    `select column_name, data_type, is_nullable, numeric_scale from information_schema.columns
     where table_schema = ? and table_name = ? order by ordinal_position`,
    [schema.toUpperCase(), name.toUpperCase()],
  );
  return rows.map((row) => columnOf(row));
}

/** The same of every relation of a schema, by its name with the schema. */
export async function describeSchema(
  session: SnowflakeSession,
  schema: string,
): Promise<ReadonlyMap<string, readonly ColumnDefinition[]>> {
  const { rows } = await session.execute(
    `select column_name, data_type, is_nullable, numeric_scale, table_name from information_schema.columns
     where table_schema = ? order by table_name, ordinal_position`,
    [schema.toUpperCase()],
  );
  const described = new Map<string, ColumnDefinition[]>();
  for (const row of rows) {
    const relation = relationName({ schema, name: String(row[4]).toLowerCase() });
    const columns = described.get(relation) ?? [];
    described.set(relation, columns);
    columns.push(columnOf(row));
  }
  return described;
}

function columnOf([column, type, nullable, scale]: readonly unknown[]): ColumnDefinition {
  return {
    name: String(column).toLowerCase(),
    type: columnTypeOf(String(type), scale === null || scale === undefined ? null : Number(scale)),
    nullable: nullable === 'YES',
  };
}
