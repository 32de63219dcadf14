/** Never negative: a clock may be set back. */
export function ageSeconds(since: Date, clock: () => Date): number {
  return Math.max(0, Math.round((clock().getTime() - since.getTime()) / 1000));
}
