/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { TenantNavigation, type TenantPage } from './tenant-navigation.tsx';

export interface LayoutProps {
  readonly title: string;
  readonly isLoggedIn?: boolean;
  /** One thing in the middle instead of a full page. */
  readonly isNarrow?: boolean;
  /** Whom the page is about; its other pages are offered. */
  readonly tenantId?: string;
  /** Which of the tenant's pages it is. */
  readonly page?: TenantPage;
  readonly children?: Child;
}

/** Head, header and frame of every page. */
export function Layout(props: LayoutProps) {
  const { title, isLoggedIn = false, isNarrow = false, tenantId, page, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · churn risk</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="top">
          <a class="brand" href="/">
            Churn risk
          </a>
          {tenantId === undefined ? null : <TenantNavigation tenantId={tenantId} page={page} />}
          <nav class="more" aria-label="About the service">
            <a class="small" href="/docs">
              API
            </a>
          </nav>
          {isLoggedIn ? (
            <form method="post" action="/session/end">
              <button class="quiet small" type="submit">
                Log out
              </button>
            </form>
          ) : null}
        </header>
        <main id="content" class={isNarrow ? 'narrow' : undefined}>
          {children}
        </main>
      </body>
    </html>
  );
}
