import { setTimeout as sleep } from 'node:timers/promises';
import { PassingFailure } from './snowflake-failure.ts';

/**
 * Does the work again while it fails for a passing reason, at most `attempts` times in all, with pauses that double.
 * The work must be safe to do again.
 */
export async function tryAgain<Result>(
  {
    attempts = 4,
    pauseMs = 500,
  }: { readonly attempts?: number | undefined; readonly pauseMs?: number | undefined },
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!(error instanceof PassingFailure) || attempt >= attempts) throw error;
      await sleep(pauseMs * 2 ** (attempt - 1));
    }
  }
}
