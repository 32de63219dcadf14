import { setTimeout as sleep } from 'node:timers/promises';
import { TableBusy, TransientFailure } from './snowflake-failure.ts';

export interface RetryOptions {
  /** Attempts in all, the first one included. Default 4. */
  readonly attempts?: number | undefined;
  /** The pause before the second attempt, more or less by half; each later one is twice as long. Default 500. */
  readonly pauseMs?: number | undefined;
}

/** A queue of writers takes its time: twice the attempts, with pauses twice as long, up to half a minute. */
const PATIENCE_WITH_WRITERS = 2;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

/** Repeats the work while it fails transiently. The work must be safe to repeat. */
export async function retry<Result>(
  { attempts = 4, pauseMs = 500 }: RetryOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const patience = error instanceof TableBusy ? PATIENCE_WITH_WRITERS : 1;
      if (!(error instanceof TransientFailure) || attempt >= attempts * patience) throw error;
      const pause = Math.min(pauseMs * patience * 2 ** (attempt - 1), LONGEST_PAUSE_MILLISECONDS);
      // Writers that met once must not meet again.
      await sleep(pause * (0.5 + Math.random()));
    }
  }
}
