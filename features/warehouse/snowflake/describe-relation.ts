import type { ColumnDefinition, Relation } from '../warehouse.ts';
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
  return rows.map(([column, type, nullable, scale]) => ({
    name: String(column).toLowerCase(),
    type: columnTypeOf(String(type), scale === null || scale === undefined ? null : Number(scale)),
    nullable: nullable === 'YES',
  }));
}
