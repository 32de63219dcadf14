import { LEAST_CHANGE } from './scores-query.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Rows of the accounts whose 90-day probability moved most since the previous as-of date, under one model. */
export interface Movers {
  /** The largest rise first. */
  readonly up: readonly number[];
  /** The largest fall first. */
  readonly down: readonly number[];
  /** Accounts that moved by a point or more, shown or not. */
  readonly upCount: number;
  readonly downCount: number;
  /** Accounts with a score of the previous as-of date; the others are new and did not move. */
  readonly comparedCount: number;
}

/** @param most In each direction. */
export function movers({ change90d, rowCount }: TenantScores, most: number): Movers {
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const up = rows.filter((row) => change90d[row]! >= LEAST_CHANGE);
  const down = rows.filter((row) => change90d[row]! <= -LEAST_CHANGE);
  return {
    up: up.sort((a, b) => change90d[b]! - change90d[a]! || a - b).slice(0, most),
    down: down.sort((a, b) => change90d[a]! - change90d[b]! || a - b).slice(0, most),
    upCount: up.length,
    downCount: down.length,
    comparedCount: rows.filter((row) => !Number.isNaN(change90d[row]!)).length,
  };
}
