import type { CategoryColumn } from '../../features/contract/feature-frame.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { Driver } from '../../models/scoring/drivers/driver.ts';
import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { frameOfRows, type PostedRows } from './posted-rows.ts';

/** What one caller asked about, row by row. */
export interface ScoredRows {
  /** One per horizon. */
  readonly probabilities: readonly Float64Array[];
  readonly bands: readonly RiskBand[];
  readonly drivers: readonly (readonly Driver[])[];
}

/** What is asked: rows, whose calibration they take (null for that of all tenants), and how many drivers of each. */
export interface Question {
  readonly rows: PostedRows;
  readonly tenantId: TenantId | null;
  readonly driversPerRow: number;
}

export type ScoreRows = (question: Question) => Promise<ScoredRows>;

interface Waiting extends Question {
  readonly resolve: (scored: ScoredRows) => void;
  readonly reject: (error: unknown) => void;
}

/** More rows in one call would make the other requests wait. */
const MOST_ROWS = 256;

/**
 * Scores the questions of one turn of the event loop in one call, because most of the cost of a single row is in
 * preparing the call. A row scores to the same bits alone or among others.
 */
export function scoreTogether(model: ScoringModel): ScoreRows {
  let waiting: Waiting[] = [];
  let rowCount = 0;

  function flush(): void {
    const questions = waiting;
    waiting = [];
    rowCount = 0;
    if (questions.length === 0) return;
    try {
      const parts = questions.map(({ rows }) => rows);
      const driversPerRow = Math.max(...questions.map((one) => one.driversPerRow));
      const scored = model.score(frameOfRows(parts, model.featureSet), {
        driversPerRow,
        tenantIds: tenantsOf(questions),
      });
      let from = 0;
      for (const one of questions) {
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
      for (const one of questions) one.reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const { rows } = question;
      if (rowCount + rows.rowCount > MOST_ROWS) flush();
      if (waiting.length === 0) setImmediate(flush);
      rowCount += rows.rowCount;
      waiting.push({ ...question, resolve, reject });
    });
}

function tenantsOf(questions: readonly Question[]): CategoryColumn {
  const levels = [...new Set(questions.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])))];
  const codes = questions.flatMap(({ tenantId, rows }) =>
    new Array<number>(rows.rowCount).fill(tenantId === null ? -1 : levels.indexOf(tenantId)),
  );
  return { kind: 'category', codes: Int32Array.from(codes), levels };
}
