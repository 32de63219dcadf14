import { z } from 'zod';
import { RISK_BANDS } from '../../models/model.ts';
import type { CurrentScores } from '../scores-mart/current-scores.ts';

const DEFAULT_LIMIT = 50;
const MAXIMUM_LIMIT = 500;

/** How each order puts rows: ascending keys first, unknown last; ties by rank. */
const SORTS = {
  risk: (scores, row) => scores.ranks[row]!,
  mrr_at_risk: (scores, row) => -scores.mrrAtRisk[row]!,
  change: (scores, row) => scores.previousProbability90d[row]! - scores.probability90d[row]!,
  renews_at: (scores, row) => scores.renewsAt[row]!,
} as const satisfies Record<string, (scores: CurrentScores, row: number) => number>;

/** `band=high,critical` and `band=high&band=critical` mean the same. */
const bands = z.preprocess(
  (value) => (value === undefined ? undefined : [value].flat().flatMap((text) => String(text).split(','))),
  z.array(z.enum(RISK_BANDS)).optional(),
);

/** Query parameters of the risk list. Unknown ones are refused: a misspelt filter must not widen the list. */
export const scoresQuerySchema = z.strictObject({
  band: bands,
  /** Of churning within 90 days. */
  min_probability: z.coerce.number().min(0).max(1).optional(),
  owner: z.string().min(1).optional(),
  segment: z.string().min(1).optional(),
  /** Part of the account's name or id, in any case. */
  q: z.string().min(1).max(200).optional(),
  sort: z.enum(Object.keys(SORTS) as [keyof typeof SORTS, ...(keyof typeof SORTS)[]]).default('risk'),
  limit: z.coerce.number().int().min(1).max(MAXIMUM_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().min(1).max(500).optional(),
});

export type ScoresQuery = z.infer<typeof scoresQuerySchema>;

/** Rows of the snapshot that the query asks for, in its order, all pages. */
export function selectRows(scores: CurrentScores, query: ScoresQuery): Int32Array {
  const wantedBands = query.band === undefined ? null : new Set(query.band);
  const text = query.q?.toLocaleLowerCase('en') ?? null;
  const rows: number[] = [];
  for (let row = 0; row < scores.rowCount; row++) {
    if (wantedBands !== null && !wantedBands.has(scores.bands[row]!)) continue;
    if (query.min_probability !== undefined && !(scores.probability90d[row]! >= query.min_probability))
      continue;
    if (query.owner !== undefined && scores.owners[row] !== query.owner) continue;
    if (query.segment !== undefined && scores.segments[row] !== query.segment) continue;
    if (text !== null && !mentions(scores, row, text)) continue;
    rows.push(row);
  }
  return ordered(scores, Int32Array.from(rows), query.sort);
}

/** Rows come by rank, so a stable sort leaves ties by rank. */
function ordered(scores: CurrentScores, rows: Int32Array, sort: ScoresQuery['sort']): Int32Array {
  if (sort === 'risk') return rows;
  const key = SORTS[sort];
  const last = (value: number) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);
  return rows.toSorted((a, b) => {
    const [keyA, keyB] = [last(key(scores, a)), last(key(scores, b))];
    return keyA === keyB ? a - b : keyA - keyB;
  });
}

function mentions(scores: CurrentScores, row: number, text: string): boolean {
  return (
    scores.accountIds[row]!.toLocaleLowerCase('en').includes(text) ||
    (scores.names[row]?.toLocaleLowerCase('en').includes(text) ?? false)
  );
}
