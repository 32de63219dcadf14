import { retry } from './retry.ts';
import { TransientFailure } from './snowflake-failure.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import { SnowflakeSession } from './snowflake-session.ts';

type Work<Result> = (session: SnowflakeSession) => Promise<Result>;

/**
 * A session that reads and one that writes, because a transaction belongs to its session. Each is opened when it is
 * first needed and replaced when it is lost.
 */
export class SnowflakeSessions {
  readonly #options: SnowflakeOptions;
  #reading: Promise<SnowflakeSession> | undefined;
  #writing: Promise<SnowflakeSession> | undefined;

  constructor(options: SnowflakeOptions) {
    this.#options = options;
  }

  /** Work that changes nothing, retried on a new session. */
  read<Result>(work: Work<Result>): Promise<Result> {
    return retry(this.#options, async () => {
      this.#reading ??= SnowflakeSession.open(this.#options);
      try {
        return await work(await this.#reading);
      } catch (error) {
        if (error instanceof TransientFailure) await this.#forget('reading');
        throw error;
      }
    });
  }

  /** Work that changes something, once. Only the caller knows whether it may be repeated. */
  async write<Result>(work: Work<Result>): Promise<Result> {
    this.#writing ??= SnowflakeSession.open(this.#options);
    try {
      return await work(await this.#writing);
    } catch (error) {
      // Closing the session releases everything it holds, locks included.
      await this.#forget('writing');
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#forget('reading');
    await this.#forget('writing');
  }

  async #forget(which: 'reading' | 'writing'): Promise<void> {
    const session = which === 'reading' ? this.#reading : this.#writing;
    if (which === 'reading') this.#reading = undefined;
    else this.#writing = undefined;
    await session?.then((open) => open.close()).catch(() => undefined);
  }
}
