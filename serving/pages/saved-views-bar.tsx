/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { type AskedQuery, queryLink } from './query-link.ts';
import type { SavedView } from './saved-views.ts';

/** Views that were saved, and a form to save this one. */
export function SavedViews(props: {
  readonly path: string;
  readonly asked: AskedQuery;
  readonly views: readonly SavedView[];
}) {
  const { path, asked, views } = props;
  const query = queryLink('', asked, {}).slice(1);
  const shown = views.find((view) => view.query === query);
  if (views.length === 0 && query === '') return null;
  return (
    <section class="views" aria-label="Saved views">
      {views.map((view) => (
        <a
          class={view === shown ? 'view on' : 'view'}
          href={view.query === '' ? path : `${path}?${view.query}`}
          aria-current={view === shown ? 'true' : undefined}
        >
          {view.name}
        </a>
      ))}
      <form method="post" action={`${path}/views`}>
        <input type="hidden" name="query" value={query} />
        {shown === undefined ? (
          <>
            <label class="unseen" for="view-name">
              Name of this view
            </label>
            <input id="view-name" name="name" required maxlength={40} placeholder="Name of this view" />
            <button class="quiet" type="submit" name="action" value="save">
              Save view
            </button>
          </>
        ) : (
          <>
            <input type="hidden" name="name" value={shown.name} />
            <button class="quiet small" type="submit" name="action" value="forget">
              Forget “{shown.name}”
            </button>
          </>
        )}
      </form>
    </section>
  );
}
