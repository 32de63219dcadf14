import { createRequire } from 'node:module';

/**
 * Shortens the pauses that the client makes before it sends a request again (1 to 16 s), in this process only. What it
 * does between them stays as it is. The client has no option for it.
 */
export function shortenPauses(factor: number): void {
  const util = createRequire(import.meta.url)('snowflake-sdk/dist/lib/util.js') as {
    sleep(milliseconds: number): Promise<void>;
    /** Before signing in again; in seconds. */
    getJitteredSleepTime(...parameters: unknown[]): { sleep: number; totalElapsedTime: number };
  };
  const { sleep, getJitteredSleepTime } = util;
  util.sleep = (milliseconds) => sleep(milliseconds / factor);
  util.getJitteredSleepTime = (...parameters) => {
    const next = getJitteredSleepTime(...parameters);
    return { ...next, sleep: Math.max(0.001, next.sleep / factor) };
  };
}
