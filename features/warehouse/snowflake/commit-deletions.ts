import type { SqlStatement } from '../sql-dialect.ts';
import { reportedNumber } from './reported-number.ts';
import { retry } from './retry.ts';

import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession } from './snowflake-session.ts';
import type { SnowflakeSessions } from './snowflake-sessions.ts';

/**
 * Runs all deletions or none. They name what they delete, so one whose answer was lost is tried again on a new session.
 *
 * @returns rows that each deleted, as the attempt that ended says
 */
export async function commitDeletions(
  sessions: SnowflakeSessions,
  options: SnowflakeOptions,
  statements: readonly SqlStatement[],
): Promise<readonly number[]> {
  return retry(options, () => sessions.write((session) => deleteOnce(session, statements)));
}

async function deleteOnce(
  session: SnowflakeSession,
  statements: readonly SqlStatement[],
): Promise<readonly number[]> {
  await session.execute('begin transaction');
  const deleted: number[] = [];
  try {
    for (const { text, parameters } of statements)
      deleted.push(
        reportedNumber(await session.execute(text, parameters), 'number of rows deleted', session),
      );
  } catch (error) {
    await session.execute('rollback').catch(() => undefined);
    throw error;
  }
  await session.execute('commit');
  return deleted;
}
