import { createHash } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { HistoryPoint, ScoreHistory } from '../scores-mart/score-history.ts';

/** A score of the past, and whether another model made it than the one before. */
export interface DatedScore extends HistoryPoint {
  /** `name version` */
  readonly model: string;
}

/** Half a year of scores of every account: rows × dates, NaN where an account was not scored. */
export interface PackedHistory {
  /** Ascending. */
  readonly dates: readonly AsOfDate[];
  of(row: number): DatedScore[];
  /** At a position of `dates`; NaN where the account was not scored. */
  probabilityAt(row: number, date: number): number;
  /** A position in RISK_BANDS; of an account that was scored. */
  bandAt(row: number, date: number): number;
  /** All of it: equal digest, equal points. */
  readonly digest: string;
}

/** @param accountIds The account of each row */
export function packHistory(
  accountIds: readonly string[],
  { history, modelOf }: Pick<ScoreHistory, 'history' | 'modelOf'>,
): PackedHistory {
  const seen = new Set<AsOfDate>();
  for (const points of history.values()) for (const { asOf } of points) seen.add(asOf);
  const dates = [...seen].sort();
  const columnOf = new Map(dates.map((asOf, column) => [asOf, column]));
  const models = dates.map((asOf) => modelOf.get(asOf) ?? '');
  const width = dates.length;
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
    .update(JSON.stringify([dates, models]))
    .update(probability)
    .update(bands)
    .digest('base64url');
  return {
    dates,
    digest,
    of(row) {
      const points: DatedScore[] = [];
      for (let column = 0; column < width; column++) {
        const cell = row * width + column;
        if (Number.isNaN(probability[cell])) continue;
        points.push({
          asOf: dates[column]!,
          probability90d: probability[cell]!,
          band: RISK_BANDS[bands[cell]!]!,
          model: models[column]!,
        });
      }
      return points;
    },
    probabilityAt: (row, date) => probability[row * width + date]!,
    bandAt: (row, date) => bands[row * width + date]!,
  };
}
