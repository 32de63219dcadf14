import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { isLocal } from './session.ts';
import { tenantPath } from './tenant-navigation.tsx';

/**
 * A filtered and sorted list under a name. Views are kept in the browser, in a cookie of the tenant's pages: the service stores nothing,
 * and the pages do without a script. Whoever wants to share one shares the address of the list.
 */
export interface SavedView {
  readonly name: string;
  /** As in the address, without the page. */
  readonly query: string;
}

/** What a form asks to keep or to forget. */
export const viewFormSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'A view needs a name')
    .max(40, 'The name of a view has 40 characters at most'),
  query: z.string().max(500).default(''),
  action: z.enum(['save', 'forget']).default('save'),
});

const COOKIE = 'churn_views';
const YEAR_SECONDS = 365 * 86_400;
const MOST_VIEWS = 12;
/** What browsers keep in one cookie, less its name and attributes. */
const MOST_BYTES = 3_600;

const savedSchema = z.array(z.tuple([z.string().min(1).max(40), z.string().max(500)])).max(MOST_VIEWS);

/** What this browser keeps for the tenant; nothing where the cookie is not one of ours. */
export function savedViews(c: Context): SavedView[] {
  try {
    const parsed = savedSchema.safeParse(JSON.parse(getCookie(c, COOKIE) ?? '[]'));
    return parsed.success ? parsed.data.map(([name, query]) => ({ name, query })) : [];
  } catch {
    return [];
  }
}

/** Keeps views, the last saved first; those that no longer fit into a cookie are dropped from the end. */
export function keepViews(c: Context, tenantId: string, views: readonly SavedView[]): void {
  const kept = views.slice(0, MOST_VIEWS);
  while (encodeURIComponent(written(kept)).length > MOST_BYTES) kept.pop();
  setCookie(c, COOKIE, written(kept), {
    httpOnly: true,
    sameSite: 'Lax',
    path: tenantPath(tenantId),
    secure: !isLocal(c),
    maxAge: YEAR_SECONDS,
  });
}

/** The views with one saved, which takes the place of another of the same name, or forgotten. */
export function changedViews(
  views: readonly SavedView[],
  { name, query, action }: z.infer<typeof viewFormSchema>,
): SavedView[] {
  const others = views.filter((view) => view.name !== name);
  return action === 'forget' ? others : [{ name, query }, ...others];
}

function written(views: readonly SavedView[]): string {
  return JSON.stringify(views.map(({ name, query }) => [name, query]));
}
