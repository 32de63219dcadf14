import { randomUUID } from 'node:crypto';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession } from './snowflake-session.ts';

/**
 * Lends a new folder on the user's stage, which no other user can read. Its files are removed afterwards. After a crash
 * they stay, and nothing reads them again.
 */
export async function withExchange<Result>(
  session: SnowflakeSession,
  { queryTag }: SnowflakeOptions,
  use: (stage: string) => Promise<Result>,
): Promise<Result> {
  const label = queryTag.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
  const stage = `@~/churn/${label}-${randomUUID()}/`;
  try {
    return await use(stage);
  } finally {
    // Left-over files cost little. A failure here must not hide an earlier one.
    await session.execute(`remove ${stage}`).catch(() => undefined);
  }
}
