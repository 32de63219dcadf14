import type { Finding } from './build-report.ts';

/** A finding for a person: what it is, and what to do about it. */
export interface FindingWords {
  readonly what: string;
  readonly remedy: string;
}

/** @example share({ rows: 12, totalRows: 900, share: 0.0133 }, 'events') // '12 of 900 events (1.3 %)' */
export function share({ rows, totalRows, share: part }: Finding, of: string): string {
  return `${number(rows)} of ${number(totalRows)} ${of} (${percent(part)})`;
}

export function percent(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}

export function counted(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`;
}

export function number(count: number): string {
  return count.toLocaleString('en-US');
}
