import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from './problem.ts';
import type { ScoresQuery } from './scores-query.ts';

const cursorSchema = z.object({ run: z.string(), query: z.string(), offset: z.int().min(1) });

/** Where the next page starts. It holds for one run and one query: pages of two lists must not be mixed. */
export function writeCursor(runId: string, query: ScoresQuery, offset: number): string {
  return Buffer.from(JSON.stringify({ run: runId, query: fingerprint(query), offset })).toString('base64url');
}

/**
 * @returns the offset of the page
 * @throws Problem 400 for a cursor that is not for this query, 410 when newer scores have landed since
 */
export function readCursor(cursor: string, runId: string, query: ScoresQuery): number {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.query !== fingerprint(query))
    throw new Problem({
      status: 400,
      kind: 'invalid-query',
      title: 'The query is not valid',
      detail: 'The cursor does not belong to this query; use the one of the last page with the same filters.',
      errors: [{ parameter: 'cursor', detail: 'is of another query' }],
    });
  if (parsed.data.run !== runId)
    throw new Problem({
      status: 410,
      kind: 'cursor-expired',
      title: 'The list has been renewed',
      detail: 'Newer scores have landed since the first page; start again without a cursor.',
    });
  return parsed.data.offset;
}

/** The page size may change between pages; what is listed may not. */
function fingerprint({ limit: _limit, cursor: _cursor, ...listed }: ScoresQuery): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(listed).sort()))
    .digest('base64url')
    .slice(0, 16);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
