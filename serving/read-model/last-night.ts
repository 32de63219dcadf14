import type { LastAttempt } from '../scores-mart/last-attempts.ts';

/** `missing`: not tried within a day, so no night came, or it ended before. */
export const NIGHT_OUTCOMES = ['landed', 'refused', 'failed', 'missing'] as const;

export type NightOutcome = (typeof NIGHT_OUTCOMES)[number];

const NIGHT_MILLISECONDS = 24 * 3600_000;

/** What the last night made of a tenant that has scores. */
export function lastNightOf(attempt: LastAttempt | undefined, now: Date): NightOutcome {
  if (attempt === undefined || now.getTime() - attempt.finishedAt.getTime() > NIGHT_MILLISECONDS)
    return 'missing';
  return attempt.status === 'succeeded' ? 'landed' : attempt.status;
}
