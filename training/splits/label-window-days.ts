/** The window of a label in days, read off its column name. @example labelWindowDays('churned_30d') // 30 */
export function labelWindowDays(target: string): number | null {
  const match = /_(\d+)d$/.exec(target);
  return match === null ? null : Number(match[1]);
}
