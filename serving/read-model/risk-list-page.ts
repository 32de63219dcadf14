import { readCursor, writeCursor } from './page-cursor.ts';
import { PageNotFound } from './page-errors.ts';
import { runJson } from './run-json.ts';
import type { AccountRisk } from './score-documents.ts';
import type { TenantView } from './scores-gateway.ts';
import { type ScoresQuery, selectRows } from './scores-query.ts';
import type { TenantScores } from './tenant-scores.ts';

/** One page of a list: which rows of which state, and where the next one begins. */
export interface RiskListPage {
  readonly scores: TenantScores;
  readonly total: number;
  readonly offset: number;
  readonly end: number;
  /** Null for every row by rank. */
  readonly rows: Int32Array | null;
  readonly nextCursor: string | null;
  /** Null on the first two pages: the first has none before it, and is itself asked for without a cursor. */
  readonly previousCursor: string | null;
}

/** @throws PageNotFound or CursorExpired for a cursor without a page */
export function riskListPage(view: TenantView, query: ScoresQuery): RiskListPage {
  const { cursor } = query;
  const { scores, offset } =
    cursor === undefined ? { scores: view.current, offset: 0 } : readCursor(view, { ...query, cursor });
  const rows = selectRows(scores, query);
  const total = rows?.length ?? scores.rowCount;
  if (offset > 0 && offset >= total) throw new PageNotFound();
  const end = Math.min(offset + query.limit, total);
  return {
    scores,
    total,
    offset,
    end,
    rows,
    nextCursor: end < total ? writeCursor(scores, query, end) : null,
    previousCursor: offset > query.limit ? writeCursor(scores, query, offset - query.limit) : null,
  };
}

/** The page as a `RiskList` document, put together from the accounts' JSON as it lies. */
export function pageJson(page: RiskListPage): Buffer {
  const { scores, total, offset, end, rows, nextCursor } = page;
  const head = JSON.stringify({ ...runJson(scores), total }).slice(0, -1);
  const parts = [Buffer.from(`${head},"accounts":[`)];
  if (rows === null) parts.push(scores.accounts.listed(offset, end));
  else
    for (let at = offset; at < end; at++) {
      if (at > offset) parts.push(COMMA);
      parts.push(scores.accounts.listed(rows[at]!, rows[at]! + 1));
    }
  parts.push(Buffer.from(`],"next_cursor":${JSON.stringify(nextCursor)}}`));
  return Buffer.concat(parts);
}

const COMMA = Buffer.from(',');

export function* accountsOf(page: RiskListPage): Generator<AccountRisk> {
  for (const row of rowsOfPage(page)) yield accountAt(page.scores, row);
}

/** The rows of the page's state that it shows, in its order. */
export function rowsOfPage({ offset, end, rows }: RiskListPage): number[] {
  return Array.from({ length: end - offset }, (_, at) => (rows === null ? offset + at : rows[offset + at]!));
}

/** One account as it was packed: our own JSON needs no parsing with a schema. */
export function accountAt(scores: TenantScores, row: number): AccountRisk {
  return JSON.parse(scores.accounts.text(row)) as AccountRisk;
}
