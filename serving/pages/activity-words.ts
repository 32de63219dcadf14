const FEW_WEEKS = 4;
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/**
 * What a line of weekly counts shows: the mean of the last four weeks against that of the first four.
 *
 * @example activityWords([12, 12, 12, 12, 9, 9, 9, 9, 0, 0, 0, 0]) // 'no events in the last 4 weeks, 12 a week before'
 */
export function activityWords(weeks: readonly number[]): string {
  const [then, now] = [mean(weeks.slice(0, FEW_WEEKS)), mean(weeks.slice(-FEW_WEEKS))];
  if (Math.max(...weeks) === 0) return `no events in ${weeks.length} weeks`;
  if (now === 0)
    return `no events in the last 4 weeks${then === 0 ? '' : `, ${WHOLE.format(then)} a week before`}`;
  const [before, after] = [WHOLE.format(then), WHOLE.format(now)];
  if (before === after) return `steady at ${after} events a week`;
  return `events ${now > then ? 'rose' : 'fell'} from ${before} to ${after} a week`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
