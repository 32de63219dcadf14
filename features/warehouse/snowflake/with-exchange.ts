import { randomUUID } from 'node:crypto';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession } from './snowflake-session.ts';

/**
 * Lends a folder of its own on the stage that every Snowflake user has and no other user can read. What is in it is
 * removed afterwards; after a crash it stays, and nobody ever reads it again.
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
    // Left-over files cost a little and hurt nobody; a failure here must not hide another one.
    await session.execute(`remove ${stage}`).catch(() => undefined);
  }
}
