import type { Driver, RiskBand, ScoringModel } from '../../../models/model.ts';
import { frameOfRows, type PostedRows } from './posted-rows.ts';

/** What one caller asked about, row by row. */
export interface ScoredRows {
  /** One per horizon. */
  readonly probabilities: readonly Float64Array[];
  readonly bands: readonly RiskBand[];
  readonly drivers: readonly (readonly Driver[])[];
}

export type ScoreRows = (rows: PostedRows, driversPerRow: number) => Promise<ScoredRows>;

interface Waiting {
  readonly rows: PostedRows;
  readonly driversPerRow: number;
  readonly resolve: (scored: ScoredRows) => void;
  readonly reject: (error: unknown) => void;
}

/** More rows than this at a time make everybody else wait. */
const MOST_ROWS = 256;

/**
 * Scores what several callers ask in the same turn of the event loop with one call: most of the cost of a single row is
 * in preparing the call. A row scores to the same bits alone or among others, so nobody can tell.
 */
export function scoreTogether(model: ScoringModel): ScoreRows {
  let waiting: Waiting[] = [];
  let rowCount = 0;

  function flush(): void {
    const batch = waiting;
    waiting = [];
    rowCount = 0;
    if (batch.length === 0) return;
    try {
      const parts = batch.map(({ rows }) => rows);
      const driversPerRow = Math.max(...batch.map((one) => one.driversPerRow));
      const scored = model.score(frameOfRows(parts, model.featureSet), { driversPerRow });
      let from = 0;
      for (const one of batch) {
        const to = from + one.rows.rowCount;
        one.resolve({
          probabilities: scored.probabilities.map((column) => column.slice(from, to)),
          bands: scored.bands.slice(from, to),
          // Strongest first: the first of more are those of fewer.
          drivers: scored.drivers.slice(from, to).map((list) => list.slice(0, one.driversPerRow)),
        });
        from = to;
      }
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  return (rows, driversPerRow) =>
    new Promise((resolve, reject) => {
      if (rowCount + rows.rowCount > MOST_ROWS) flush();
      if (waiting.length === 0) setImmediate(flush);
      rowCount += rows.rowCount;
      waiting.push({ rows, driversPerRow, resolve, reject });
    });
}
