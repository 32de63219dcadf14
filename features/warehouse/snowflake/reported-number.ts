import type { SnowflakeSession, StatementRows } from './snowflake-session.ts';

/** A number that a statement reports about itself. */
export function reportedNumber(
  { columns, rows, queryId }: StatementRows,
  name: string,
  session: SnowflakeSession,
): number {
  const at = columns.findIndex((column) => column.toLowerCase() === name);
  const value = Number(rows[0]?.[at]);
  if (at < 0 || !Number.isSafeInteger(value))
    throw session.transient(`the answer to query ${queryId} has no ${name}`);
  return value;
}
