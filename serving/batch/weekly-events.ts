import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import { WEEKS_KEPT } from '../scores-mart/account-churn-scores.ts';

/**
 * Each account's events in the twelve weeks before the as-of date as a JSON list, the oldest week first; null where the
 * feature set has no weekly counts.
 *
 * @example weeklyEvents(frame)[0] // '[14,12,12,9,11,8,4,2,0,0,0,0]'
 */
export function weeklyEvents({ columns, rowCount }: FeatureFrame): (string | null)[] {
  const weeks: Float64Array[] = [];
  for (let week = WEEKS_KEPT; week > 0; week--) {
    const column = columns.get(`events_week_${String(week).padStart(2, '0')}`);
    if (column?.kind === 'number') weeks.push(column.values);
  }
  if (weeks.length < WEEKS_KEPT) return new Array<string | null>(rowCount).fill(null);
  return Array.from({ length: rowCount }, (_, row) => {
    const counts = weeks.map((values) => values[row]!);
    return counts.some(Number.isNaN) ? null : JSON.stringify(counts);
  });
}
