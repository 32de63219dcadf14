/** @example horizonOf('churned_90d') // '90 days' */
export function horizonOf(target: string): string {
  const days = /(\d+)d$/.exec(target)?.[1];
  return days === undefined ? target : `${days} days`;
}
