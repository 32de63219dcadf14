import { type ResultSet, resultOf } from './result-set.ts';
import type { Session } from './session.ts';
import type { TokenReader } from './sql-tokens.ts';
import type { StatementWorld } from './statement-world.ts';

/**
 * SHOW TABLES IN SCHEMA: how many rows and bytes each table has, without reading any. Rows that are changed in place change
 * neither here: Snowflake's bytes are rounded, so they may stay what they were.
 */
export async function showTables(
  session: Session,
  reader: TokenReader,
  { security }: StatementWorld,
): Promise<ResultSet> {
  reader.expect('show', 'tables', 'in', 'schema');
  const schema = reader.name();
  reader.done();
  const found = await session.connection.runAndReadAll(
    `select table_name from duckdb_tables() where upper(schema_name) = upper('${schema}') and not temporary order by 1`,
  );
  const visible = security.isChecked
    ? new Set(security.visible(session, 'TABLE', schema.toUpperCase()).map(({ name }) => name))
    : null;
  const names = found
    .getRows()
    .map(([name]) => String(name))
    .filter((name) => visible?.has(`${schema}.${name}`.toUpperCase()) ?? true);
  const rows: number[] = [];
  for (const name of names) {
    const counted = await session.connection.runAndReadAll(`select count(*) from "${schema}"."${name}"`);
    rows.push(Number(counted.getRows()[0]![0]));
  }
  return resultOf({
    created_on: names.map(() => '2026-01-01 00:00:00.000 -0800'),
    name: names.map((name) => name.toUpperCase()),
    schema_name: names.map(() => schema.toUpperCase()),
    kind: names.map(() => 'TABLE'),
    rows,
    bytes: rows.map((count) => 1024 * Math.ceil(count / 8)),
  });
}
