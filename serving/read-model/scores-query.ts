import { z } from '@hono/zod-openapi';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import { textAt } from './coded-texts.ts';
import type { TenantScores } from './tenant-scores.ts';

const DEFAULT_LIMIT = 50;
const MAXIMUM_LIMIT = 500;

/** A change of the 90-day probability that counts as one: less than a point is noise. */
export const LEAST_CHANGE = 0.01;

export const ORDERS = ['asc', 'desc'] as const;

type Order = (typeof ORDERS)[number];

interface Sort {
  /** What comes first unless asked otherwise. */
  readonly order: Order;
  /** NaN and null are unknown, and last in either order. */
  readonly key: (scores: TenantScores, row: number) => number | string | null;
}

/** Ties are by rank. Rows themselves lie by rank. */
export const SORTS = {
  risk: { order: 'desc', key: (_, row) => -row },
  mrr_at_risk: { order: 'desc', key: (scores, row) => scores.mrrAtRisk[row]! },
  mrr: { order: 'desc', key: (scores, row) => scores.mrr[row]! },
  change: { order: 'desc', key: (scores, row) => scores.change90d[row]! },
  renews_at: { order: 'asc', key: (scores, row) => scores.renewsAt[row]! },
  name: { order: 'asc', key: (scores, row) => scores.listedNames[row]! },
  owner: { order: 'asc', key: (scores, row) => textAt(scores.owners, row) },
  segment: { order: 'asc', key: (scores, row) => textAt(scores.segments, row) },
} as const satisfies Record<string, Sort>;

export type SortName = keyof typeof SORTS;

const SORT_NAMES = Object.keys(SORTS) as [SortName, ...SortName[]];

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
  currency: z.string().min(1).optional().describe('What revenue is in'),
  renews_within: numberText.pipe(z.number().int().min(0).max(3660)).optional().openapi({
    type: 'integer',
    minimum: 0,
    maximum: 3660,
    description: 'Days from the as-of date to the renewal at most; renewals that are overdue count, too',
  }),
  change: z
    .enum(['rising', 'falling'])
    .optional()
    .describe('Rose, or fell, by a point or more since the previous as-of date'),
  q: z.string().min(1).max(200).optional().describe("Part of the account's name or id, in any case"),
  sort: z.enum(SORT_NAMES).default('risk'),
  order: z
    .enum(ORDERS)
    .optional()
    .describe('Without it what matters first comes first; unknown values are last'),
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

/** What narrows a list, without how it is put and paged. */
export type ScoresFilter = Omit<ScoresQuery, 'sort' | 'order' | 'limit' | 'cursor'>;

/** Rows that the query asks for, in its order, all pages; null for every row by rank. */
export function selectRows(scores: TenantScores, query: ScoresQuery): Int32Array | null {
  const { sort, order = SORTS[sort].order } = query;
  const isByRank = sort === 'risk' && order === SORTS.risk.order;
  const filtered = filterRows(scores, query);
  if (isByRank) return filtered;
  const rows = filtered ?? Int32Array.from({ length: scores.rowCount }, (_, row) => row);
  const { key } = SORTS[sort];
  const sign = order === 'asc' ? 1 : -1;
  const keys = new Map(Array.from(rows, (row) => [row, key(scores, row)]));
  return rows.sort((a, b) => compared(keys.get(a)!, keys.get(b)!, sign) || a - b);
}

/** Rows that a filter lets through, by rank; null for every row. */
export function filterRows(scores: TenantScores, filter: ScoresFilter): Int32Array | null {
  const tests = [...testsOfNow(scores, filter), ...testsOfWho(scores, filter)];
  if (tests.length === 0) return null;
  const rows: number[] = [];
  for (let row = 0; row < scores.rowCount; row++) if (tests.every((holds) => holds(row))) rows.push(row);
  return Int32Array.from(rows);
}

/**
 * Rows of accounts that left and that the filter would have let through. None where it asks how an account stands now (band,
 * probability, renewal, change): who left does not stand anywhere.
 */
export function filterLeftRows(scores: TenantScores, filter: ScoresFilter): number[] {
  if (testsOfNow(scores, filter).length > 0) return [];
  const tests = testsOfWho(scores, filter);
  return scores.left.accountIds
    .map((_, at) => scores.rowCount + at)
    .filter((row) => tests.every((holds) => holds(row)));
}

function compared(one: number | string | null, other: number | string | null, sign: number): number {
  const [isUnknown, isOtherUnknown] = [one, other].map((key) => key === null || Number.isNaN(key));
  if (isUnknown || isOtherUnknown) return Number(isUnknown) - Number(isOtherUnknown);
  if (typeof one === 'string') return sign * TEXT_ORDER.compare(one, other as string);
  return sign * (one! - (other as number));
}

const TEXT_ORDER = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

type RowTest = (row: number) => boolean;

/** How an account stands now. */
function testsOfNow(scores: TenantScores, filter: ScoresFilter): RowTest[] {
  const tests: RowTest[] = [];
  const { band, min_probability: minimum, renews_within: days, change } = filter;
  if (band !== undefined) {
    const wanted = RISK_BANDS.map((name) => band.includes(name));
    tests.push((row) => wanted[scores.bands[row]!]!);
  }
  if (minimum !== undefined) tests.push((row) => scores.probability90d[row]! >= minimum);
  if (days !== undefined) {
    const last = Date.parse(scores.run.asOf) + (days + 1) * 86_400_000;
    tests.push((row) => scores.renewsAt[row]! < last);
  }
  if (change === 'rising') tests.push((row) => scores.change90d[row]! >= LEAST_CHANGE);
  if (change === 'falling') tests.push((row) => scores.change90d[row]! <= -LEAST_CHANGE);
  return tests;
}

/** Who an account is, which is known of those that left, too. */
function testsOfWho(scores: TenantScores, filter: ScoresFilter): RowTest[] {
  const tests: RowTest[] = [];
  const { owner, segment, currency, q } = filter;
  for (const [column, text] of [
    [scores.owners, owner],
    [scores.segments, segment],
    [scores.currencies, currency],
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
