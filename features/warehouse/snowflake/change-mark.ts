import type { Relation } from '../warehouse.ts';
import type { SnowflakeSession } from './snowflake-session.ts';
import { snowflakeDialect } from './snowflake-types.ts';

/** Snowflake answers SHOW from metadata: it starts no warehouse, where any SELECT, of INFORMATION_SCHEMA too, may. */
const NOTED = ['created_on', 'rows', 'bytes'] as const;

/** When each of the tables was made, and its rows and bytes; null where a session sees none of them, or no numbers. */
export async function changeMark(
  session: SnowflakeSession,
  relations: readonly Relation[],
): Promise<string | null> {
  const marks = new Map<string, string>();
  for (const schema of new Set(relations.map((relation) => relation.schema))) {
    const { columns, rows } = await session.execute(
      `show tables in schema ${snowflakeDialect.quote(schema)}`,
    );
    const wanted = relations.filter((relation) => relation.schema === schema);
    for (const { name } of wanted) {
      const found = rows.find((row) => row[columns.indexOf('name')] === name.toUpperCase());
      if (found === undefined) continue;
      const noted = NOTED.map((column) => found[columns.indexOf(column)] ?? null);
      if (noted.includes(null)) return null;
      marks.set(`${schema}.${name}`, noted.map(markOf).join(' '));
    }
  }
  return marks.size === 0 ? null : JSON.stringify([...marks]);
}

function markOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
