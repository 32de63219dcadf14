import { z } from '@hono/zod-openapi';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { TenantScores } from './tenant-scores.ts';

const DEFAULT_LIMIT = 50;
const MAXIMUM_LIMIT = 500;

/** How each order puts rows: ascending keys first, unknown last; ties by rank. Rows themselves lie by rank. */
const SORT_KEYS = {
  risk: null,
  mrr_at_risk: (scores, row) => -scores.mrrAtRisk[row]!,
  change: (scores, row) => -scores.change90d[row]!,
  renews_at: (scores, row) => scores.renewsAt[row]!,
} as const satisfies Record<string, ((scores: TenantScores, row: number) => number) | null>;

const SORTS = Object.keys(SORT_KEYS) as [keyof typeof SORT_KEYS, ...(keyof typeof SORT_KEYS)[]];

/** `band=high,critical` and `band=high&band=critical` mean the same. */
const bands = z
  .preprocess(
    (value) => (value === undefined ? undefined : [value].flat().flatMap((text) => String(text).split(','))),
    z.array(z.enum(RISK_BANDS)).optional(),
  )
  .openapi({
    param: { style: 'form', explode: false },
    type: 'array',
    minItems: 1,
    items: { type: 'string', enum: [...RISK_BANDS] },
    description: 'Any of these bands',
  });

/** A number written as one: '' and ' ' are none, though JavaScript reads both as 0. */
const numberText = z
  .string()
  .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, 'is not a number')
  .transform(Number);

/** Query parameters of the risk list. Unknown ones are refused: a misspelt filter must not widen the list. */
export const scoresQuerySchema = z.strictObject({
  band: bands,
  min_probability: numberText
    .pipe(z.number().min(0).max(1))
    .optional()
    .openapi({ type: 'number', minimum: 0, maximum: 1, description: 'Of churning within 90 days' }),
  owner: z.string().min(1).optional(),
  segment: z.string().min(1).optional(),
  q: z.string().min(1).max(200).optional().describe("Part of the account's name or id, in any case"),
  sort: z.enum(SORTS).default('risk'),
  limit: numberText
    .pipe(z.number().int().min(1).max(MAXIMUM_LIMIT))
    .default(DEFAULT_LIMIT)
    .openapi({ type: 'integer', minimum: 1, maximum: MAXIMUM_LIMIT, default: DEFAULT_LIMIT }),
  cursor: z
    .string()
    .max(500)
    .regex(/^[A-Za-z0-9_-]+$/, 'is not a cursor')
    .optional()
    .describe('next_cursor of the page before'),
});

export type ScoresQuery = z.infer<typeof scoresQuerySchema>;

/** Rows that the query asks for, in its order, all pages; null for every row by rank. */
export function selectRows(scores: TenantScores, query: ScoresQuery): Int32Array | null {
  const tests = testsOf(scores, query);
  const key = SORT_KEYS[query.sort];
  if (tests.length === 0 && key === null) return null;
  const rows: number[] = [];
  for (let row = 0; row < scores.rowCount; row++) if (tests.every((holds) => holds(row))) rows.push(row);
  if (key !== null) {
    const last = (value: number) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);
    const keys = Float64Array.from({ length: scores.rowCount }, (_, row) => last(key(scores, row)));
    rows.sort((a, b) => (keys[a] === keys[b] ? a - b : keys[a]! - keys[b]!));
  }
  return Int32Array.from(rows);
}

type RowTest = (row: number) => boolean;

function testsOf(scores: TenantScores, query: ScoresQuery): RowTest[] {
  const tests: RowTest[] = [];
  const { band, min_probability: minimum, owner, segment, q } = query;
  if (band !== undefined) {
    const wanted = RISK_BANDS.map((name) => band.includes(name));
    tests.push((row) => wanted[scores.bands[row]!]!);
  }
  if (minimum !== undefined) tests.push((row) => scores.probability90d[row]! >= minimum);
  for (const [column, text] of [
    [scores.owners, owner],
    [scores.segments, segment],
  ] as const) {
    if (text === undefined) continue;
    const code = column.levels.indexOf(text);
    tests.push(code < 0 ? () => false : (row) => column.codes[row] === code);
  }
  if (q !== undefined) {
    const text = q.toLocaleLowerCase('en');
    tests.push((row) => scores.searchable[row]!.includes(text));
  }
  return tests;
}
