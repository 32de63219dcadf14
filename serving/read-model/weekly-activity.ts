import { createHash } from 'node:crypto';
import { WEEKS_KEPT } from '../scores-mart/account-churn-scores.ts';

/**
 * What a person sees in a sparkline: how much the account did in each of the last twelve weeks, from the same counts that the
 * score was made from. A line of past probabilities would repeat what the list says already; what the account did lets its
 * reader judge it. Four bytes a week: 48 bytes an account, 5 MB for a hundred thousand of them.
 */
export interface WeeklyActivity {
  /** Events by week, the oldest first; null where none were kept. */
  of(row: number): readonly number[] | null;
  /** All of it: equal digest, equal counts. */
  readonly digest: string;
}

/** @param lists JSON lists of twelve counts, as the scores mart keeps them @throws TypeError for anything else in the mart */
export function packWeeklyActivity(lists: readonly (string | null)[]): WeeklyActivity {
  const counts = new Float32Array(lists.length * WEEKS_KEPT).fill(Number.NaN);
  lists.forEach((json, row) => {
    if (json === null) return;
    const list: unknown = JSON.parse(json);
    if (!Array.isArray(list) || list.length !== WEEKS_KEPT || !list.every(Number.isFinite))
      throw new TypeError(`the scores mart holds weekly events that cannot be read: ${json.slice(0, 200)}`);
    counts.set(list, row * WEEKS_KEPT);
  });
  return {
    digest: createHash('sha256').update(counts).digest('base64url'),
    of(row) {
      const weeks = counts.subarray(row * WEEKS_KEPT, (row + 1) * WEEKS_KEPT);
      return weeks.length < WEEKS_KEPT || Number.isNaN(weeks[0]!) ? null : [...weeks];
    },
  };
}
