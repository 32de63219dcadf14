import { createHash } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { AccountHistory, HistoryPoint } from '../scores-mart/score-history.ts';

/** Half a year of scores of every account: rows × dates, NaN where an account was not scored. */
export interface PackedHistory {
  of(row: number): HistoryPoint[];
  /** All of it: equal digest, equal points. */
  readonly digest: string;
}

/** @param accountIds The account of each row */
export function packHistory(accountIds: readonly string[], history: AccountHistory): PackedHistory {
  const dates = new Set<AsOfDate>();
  for (const points of history.values()) for (const { asOf } of points) dates.add(asOf);
  const columns = [...dates].sort();
  const columnOf = new Map(columns.map((asOf, column) => [asOf, column]));
  const width = columns.length;
  const probability = new Float64Array(accountIds.length * width).fill(Number.NaN);
  const bands = new Uint8Array(accountIds.length * width);
  accountIds.forEach((accountId, row) => {
    for (const point of history.get(accountId) ?? []) {
      const cell = row * width + columnOf.get(point.asOf)!;
      probability[cell] = point.probability90d;
      bands[cell] = RISK_BANDS.indexOf(point.band);
    }
  });
  const digest = createHash('sha256')
    .update(columns.join())
    .update(probability)
    .update(bands)
    .digest('base64url');
  return {
    digest,
    of(row) {
      const points: HistoryPoint[] = [];
      for (let column = 0; column < width; column++) {
        const cell = row * width + column;
        if (Number.isNaN(probability[cell])) continue;
        points.push({
          asOf: columns[column]!,
          probability90d: probability[cell]!,
          band: RISK_BANDS[bands[cell]!]!,
        });
      }
      return points;
    },
  };
}
