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

/**
 * Scores several callers' questions in one call, because most of the cost of a single row is in preparing the call. A
 * row scores to the same bits alone or among others.
 *
 * @returns one answer per question, in the same order
 */
export function scoreTogether(model: ScoringModel, questions: readonly Question[]): ScoredRows[] {
  const scored = model.score(
    frameOfRows(
      questions.map(({ rows }) => rows),
      model.featureSet,
    ),
    {
      driversPerRow: Math.max(...questions.map((one) => one.driversPerRow)),
      tenantIds: tenantsOf(questions),
    },
  );
  let to = 0;
  return questions.map(({ rows, driversPerRow }) => {
    const from = to;
    to += rows.rowCount;
    return {
      probabilities: scored.probabilities.map((column) => column.slice(from, to)),
      bands: scored.bands.slice(from, to),
      // Strongest first: the first of more are those of fewer.
      drivers: scored.drivers.slice(from, to).map((list) => list.slice(0, driversPerRow)),
    };
  });
}

function tenantsOf(questions: readonly Question[]): CategoryColumn {
  const levels = [...new Set(questions.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])))];
  const codes = questions.flatMap(({ tenantId, rows }) =>
    new Array<number>(rows.rowCount).fill(tenantId === null ? -1 : levels.indexOf(tenantId)),
  );
  return { kind: 'category', codes: Int32Array.from(codes), levels };
}
