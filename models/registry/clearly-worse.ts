import type { Comparison } from './comparison.ts';

/** By how much, on the longest horizon that has outcomes: bands and ranks are made of it. Null for one that is not. */
export function clearlyWorse({ targets }: Comparison): string | null {
  const longest = targets.findLast(({ champion }) => champion.auc !== null);
  if (longest === undefined) return null;
  const { target, verdict, difference } = longest;
  const worse = [
    ...(verdict.auc === 'worse' ? [`AUC ${differenceText(difference.auc)}`] : []),
    ...(verdict.log_loss === 'worse' ? [`log-loss ${differenceText(difference.log_loss)}`] : []),
  ];
  return worse.length === 0 ? null : `${target} ${worse.join(' and ')}`;
}

/** @example differenceText({ value: 0.01234, low: -0.001, high: 0.02 }) // '+0.0123 (−0.0010 to +0.0200)' */
export function differenceText({
  value,
  low,
  high,
}: Comparison['targets'][number]['difference']['auc']): string {
  const text = (number: number) => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(4)}`;
  if (value === null) return '–';
  return low === null || high === null ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`;
}
