/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';

export interface LayoutProps {
  readonly title: string;
  readonly isLoggedIn?: boolean;
  /** One thing in the middle instead of a full page. */
  readonly isNarrow?: boolean;
  readonly children?: Child;
}

/** Head, header and frame of every page. */
export function Layout({ title, isLoggedIn = false, isNarrow = false, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title} · churn risk</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/">
            Churn risk
          </a>
          <a class="small dim" href="/docs">
            API
          </a>
          {isLoggedIn ? (
            <form method="post" action="/session/end">
              <button class="quiet small" type="submit">
                Log out
              </button>
            </form>
          ) : null}
        </header>
        <main class={isNarrow ? 'narrow' : undefined}>{children}</main>
      </body>
    </html>
  );
}
