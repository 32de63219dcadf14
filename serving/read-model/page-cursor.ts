import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CursorExpired, PageNotFound } from './page-errors.ts';
import type { TenantView } from './scores-gateway.ts';
import type { ScoresQuery } from './scores-query.ts';
import type { TenantScores } from './tenant-scores.ts';

const cursorSchema = z.tuple([z.string(), z.string(), z.int().min(1)]);

/** Where the next page starts. It holds for one state of the list and one query: pages of two lists must not be mixed. */
export function writeCursor(
  { tenantId, revision }: TenantScores,
  query: ScoresQuery,
  offset: number,
): string {
  const parts: z.infer<typeof cursorSchema> = [revision, fingerprint(tenantId, query), offset];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * @returns the state that the list started from and the offset of the page
 * @throws PageNotFound for a cursor that is not for this tenant and query, CursorExpired when its state is no longer held
 */
export function readCursor(view: TenantView, query: ScoresQuery & { readonly cursor: string }) {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(query.cursor, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data[1] !== fingerprint(view.current.tenantId, query))
    throw new PageNotFound();
  const [revision, , offset] = parsed.data;
  const scores = view.at(revision);
  if (scores === null) throw new CursorExpired();
  return { scores, offset };
}

/** The page size may change between pages; what is listed may not. */
function fingerprint(tenantId: string, { limit: _limit, cursor: _cursor, ...listed }: ScoresQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([tenantId, Object.entries(listed).sort()]))
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
