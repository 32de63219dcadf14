import { setTimeout as sleep } from 'node:timers/promises';
import { TransientFailure } from './snowflake-failure.ts';

export interface RetryOptions {
  /** Attempts in all, the first one included. Default 4. */
  readonly attempts?: number | undefined;
  /** The pause before the second attempt; each later one is twice as long. Default 500. */
  readonly pauseMs?: number | undefined;
}

/** Repeats the work while it fails transiently. The work must be safe to repeat. */
export async function retry<Result>(
  { attempts = 4, pauseMs = 500 }: RetryOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientFailure) || attempt >= attempts) throw error;
      await sleep(pauseMs * 2 ** (attempt - 1));
    }
  }
}
