import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from '../problems.ts';

/** Counts a request of one caller. @throws Problem 429 when the caller has to wait */
export type RateLimit = (who: string) => Promise<void>;

const WINDOW_SECONDS = 10;
/** How many times as much as one subject its tenant's subjects may together. */
export const TENANT_SHARE = 5;

/** @param requestsPerMinute of each caller, over windows of ten seconds; null for no limit */
export function rateLimit(requestsPerMinute: number | null): RateLimit {
  if (requestsPerMinute === null) return async () => undefined;
  const limiter = new RateLimiterMemory({
    points: Math.ceil((requestsPerMinute * WINDOW_SECONDS) / 60),
    duration: WINDOW_SECONDS,
  });
  return async (who) => {
    try {
      await limiter.consume(who);
    } catch (spent) {
      if (!(spent instanceof RateLimiterRes)) throw spent;
      throw tooManyRequests(Math.max(1, Math.ceil(spent.msBeforeNext / 1000)));
    }
  };
}
